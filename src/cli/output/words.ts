/** The words of GraphQL's enums as the command line writes them: `with-roles` of `WITH_ROLES`, `userName` of `USER_NAME`. */
export const dashed = (word: string): string => word.toLowerCase().replaceAll("_", "-");

export const camelCased = (word: string): string =>
  word.toLowerCase().replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
