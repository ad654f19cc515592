/** What went wrong, as a sentence for the person at the keyboard. Their own machine's details may be in it. */

const property = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const textOf = (value: unknown, name: string): string | undefined => {
  const text = property(value, name);
  return typeof text === "string" && text !== "" ? text : undefined;
};

/** The innermost message: libraries wrap what the system said. */
export const innermost = (error: unknown): string => {
  const cause = property(error, "cause");
  return (cause === undefined ? undefined : innermost(cause)) || (textOf(error, "message") ?? "");
};

const notServing = (error: unknown): string =>
  textOf(property(error, "cause"), "code") === "EADDRINUSE"
    ? `Another program uses port ${property(property(error, "cause"), "port")}. Choose another with PORT, or stop the other.`
    : `The server cannot listen: ${innermost(error)}. Look at PORT and HOST.`;

/** The sentence for any failure that reaches the end of a command. */
export const sentenceOf = (error: unknown): string => {
  const tag = property(error, "_tag");
  if (tag === "Unavailable") {
    return `The database does not answer: ${innermost(error)}. Look at DATABASE_URL; "rolebridge doctor" checks it.`;
  }
  if (tag === "ServeError") return notServing(error);
  return textOf(error, "detail") ?? textOf(error, "message") ?? "Something failed without saying why.";
};
