/** What a person does when reading fails. Why it failed, and often what to do there, is in the server's own sentence. */

const remedies: Readonly<Record<string, (slug: string) => string>> = {
  unauthorized: (slug) =>
    `Give it a credential that works: rolebridge connection set ${slug} --help shows the flags.`,
  forbidden: (slug) => `When that is done: rolebridge sync now ${slug}`,
  unavailable: (slug) => `It is tried again by itself. To look now: rolebridge connection test ${slug}`,
  throttled: () => "It is tried again by itself, later.",
  missing: (slug) =>
    `Are the settings right? rolebridge connection set ${slug} --help shows how to change them.`,
  refused: (slug) =>
    `Are the settings right? rolebridge connection set ${slug} --help shows how to change them.`,
  conflict: (slug) => `The source changed while it was read. Once more: rolebridge sync now ${slug}`,
  internal: () => "The server's log has the cause under the run's id.",
};

/** The next step, as one sentence. */
export const remedyText = (reason: string | null, slug: string): string =>
  remedies[reason ?? ""]?.(slug) ?? `To see what it answers: rolebridge connection test ${slug}`;
