/** Where people are sent to sign in. Over plain http others could read or change what goes there: only on this machine. */
const local: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

export const isSignOnAddress = (text: string): boolean => {
  const url = /^https?:\/\/[^\s#@]+$/.test(text) ? URL.parse(text) : null;
  return url !== null && (url.protocol === "https:" || local.has(url.hostname));
};
