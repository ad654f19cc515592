/** The cookies that keep logins under way in the browser that began them. One for each, so that two tabs do not meet. */
import { flowSeconds } from "./flow.ts";

/** `__Host-` keeps other hosts of the same domain from setting one; browsers take it over HTTPS only. */
const isHttps = (publicUrl: string): boolean => new URL(publicUrl).protocol === "https:";

const prefixOf = (publicUrl: string): string => `${isHttps(publicUrl) ? "__Host-" : ""}rolebridge-login-`;

/**
 * A form that another site's page sends brings only `None` along, which browsers keep only where it is `Secure`: over
 * plain HTTP that is some of them, on localhost. What comes in the address is content with `Lax`, and works there in all.
 */
const attributes = (publicUrl: string, posted: boolean, seconds: number) => {
  const secure = posted || isHttps(publicUrl) ? "; Secure" : "";
  return `Path=/; HttpOnly; SameSite=${posted ? "None" : "Lax"}; Max-Age=${seconds}${secure}`;
};

/** `posted`: the reply comes as a form. */
export const flowCookie = (publicUrl: string, flow: string, sealed: string, posted: boolean) =>
  `${prefixOf(publicUrl)}${flow}=${sealed}; ${attributes(publicUrl, posted, flowSeconds)}`;

export const endedCookie = (publicUrl: string, flow: string, posted: boolean) =>
  `${prefixOf(publicUrl)}${flow}=; ${attributes(publicUrl, posted, 0)}`;

interface Kept {
  readonly flow: string;
  readonly sealed: string;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const keptIn = (publicUrl: string, header: string | undefined): ReadonlyArray<Kept> => {
  const prefix = prefixOf(publicUrl);
  return (header ?? "").split(";").flatMap((part) => {
    const pair = part.trim();
    const end = pair.indexOf("=");
    const flow = pair.slice(prefix.length, end);
    return pair.startsWith(prefix) && uuid.test(flow) ? [{ flow, sealed: pair.slice(end + 1) }] : [];
  });
};

/** What this browser was given when it began the login; undefined where it did not. */
export const sealedFlow = (
  publicUrl: string,
  flow: string,
  header: string | undefined,
): string | undefined => {
  const [found, ...others] = keptIn(publicUrl, header).filter((one) => one.flow === flow);
  // Of two with one name, somebody else may have set one.
  return others.length === 0 ? found?.sealed : undefined;
};

/** Bytes of cookies that logins under way may take up together: a server takes 16 KB of headers in all. */
const mostBytes = 6_000;

/**
 * Ends the oldest of the logins that this browser has under way, where there are so many that its requests would grow too
 * large to be taken.
 */
export const crowdedOut = (
  publicUrl: string,
  header: string | undefined,
  posted: boolean,
): ReadonlyArray<string> => {
  let bytes = 0;
  // The ids begin with the time.
  const newestFirst = keptIn(publicUrl, header).toSorted((a, b) => (a.flow < b.flow ? 1 : -1));
  return newestFirst.flatMap(({ flow, sealed }) => {
    bytes += sealed.length + 100;
    return bytes > mostBytes ? [endedCookie(publicUrl, flow, posted)] : [];
  });
};
