/** Replies of another login, provider, browser, connection or organization, and replies that are none (RFC 9207, RFC 9700 §4). */
import type { Came, Others, Row } from "./row.ts";
import { notThisLogin } from "./row.ts";

const withState = (of: Came, state: string | null): string => {
  const url = new URL(of.reply);
  if (state === null) url.searchParams.delete("state");
  else url.searchParams.set("state", state);
  return url.href;
};
const stateOf = ({ reply }: Came): string => reply.searchParams.get("state") ?? "";

/** The browser began both logins; the reply has the state of the other. */
const swapped = (other: (others: Others) => Promise<Came>): Row[2] => ({
  bring: async (came, others) => came.browser.open(withState(came, stateOf(await other(others)))),
});
const altered = (change: (state: string) => string | null): Row[2] => ({
  bring: (came) => came.browser.open(withState(came, change(stateOf(came)))),
});
const error = (more: Readonly<Record<string, string>>): Row[2] => ({
  reply: (parameters) => {
    parameters.delete("code");
    for (const [name, value] of Object.entries(more)) parameters.set(name, value);
  },
});
const markup = "<script>hostile text</script>";
const twice = (name: string): Row[2] => ({
  reply: (parameters) => parameters.append(name, parameters.get(name) ?? ""),
});

export const mixedUp: ReadonlyArray<Row> = [
  ["no iss, though the provider says it sends one", "reply", { reply: (sent) => sent.delete("iss") }],
  ["an empty iss", "reply", { reply: (sent) => sent.set("iss", "") }],
  ["the iss of another provider", "reply", { reply: (sent) => sent.set("iss", "https://other.acme.test") }],
  ["the iss with a stroke more", "reply", { reply: (sent, issuer) => sent.set("iss", `${issuer}/`) }],
  [
    "the iss in capitals",
    "reply",
    { reply: (sent, issuer) => sent.set("iss", issuer.replace("http:", "HTTP:")) },
  ],
  [
    "another provider's iss, where the provider does not say it sends one",
    "reply",
    {
      metadata: ({ authorization_response_iss_parameter_supported: _, ...rest }) => rest,
      reply: (sent) => sent.set("iss", "https://other.acme.test"),
    },
  ],
  ["iss twice", notThisLogin, twice("iss")],
  [
    "a reply of another connection's provider, with our state",
    "reply",
    {
      bring: async (came, others) => {
        const other = await others.elsewhere();
        const url = new URL(other.reply);
        url.pathname = came.reply.pathname;
        return came.browser.open(withState({ ...other, reply: url }, stateOf(came)));
      },
    },
  ],
];

export const strayed: ReadonlyArray<Row> = [
  ["no state", notThisLogin, altered(() => null)],
  ["an empty state", notThisLogin, altered(() => "")],
  ["a state that nobody gave out", notThisLogin, altered(() => "hostile")],
  ["a state altered in its last letters", notThisLogin, altered((state) => `${state.slice(0, -3)}AAA`)],
  ["a state with another id", notThisLogin, altered((state) => `${crypto.randomUUID()}${state.slice(36)}`)],
  ["a state with something behind it", notThisLogin, altered((state) => `${state}.`)],
  ["a state in capitals", notThisLogin, altered((state) => state.toUpperCase())],
  ["state twice", notThisLogin, twice("state")],
  ["code twice", notThisLogin, twice("code")],
  ["the state of another browser's login", notThisLogin, swapped((others) => others.again())],
  ["the state of another connection", notThisLogin, swapped((others) => others.elsewhere())],
  ["the state of another organization", notThisLogin, swapped((others) => others.abroad())],
  [
    "another browser with the whole reply",
    notThisLogin,
    {
      bring: ({ reply }, others) => others.stranger().open(reply.href),
    },
  ],
  [
    "the whole reply at another connection",
    notThisLogin,
    {
      bring: ({ browser, reply }) =>
        browser.open(reply.href.replace(/\/acme\/[^/]+\/callback/, "/acme/elsewhere/callback")),
    },
  ],
  [
    "the whole reply at another organization",
    notThisLogin,
    {
      bring: ({ browser, reply }) =>
        browser.open(reply.href.replace(/\/acme\/[^/]+\/callback/, "/globex/abroad/callback")),
    },
  ],
  [
    "a state replayed after a refusal",
    notThisLogin,
    {
      claims: (good) => ({ ...good, nonce: "other" }),
      bring: async ({ browser, reply }) => {
        // The browser of an attacker forgets no cookie.
        const keeps = await browser.open(reply.href);
        return keeps.status === 403 ? browser.open(reply.href) : keeps;
      },
    },
  ],
  [
    "the code of another browser's login, at a provider that looks at PKCE",
    "token",
    {
      bring: async (came, others) => {
        const other = await others.again();
        return came.browser.open(withState(other, stateOf(came)));
      },
    },
  ],
  [
    "the code of another browser's login, at a provider that does not",
    "nonce",
    {
      careless: true,
      bring: async (came, others) => {
        const other = await others.again();
        return came.browser.open(withState(other, stateOf(came)));
      },
    },
  ],
  ["a code that the provider did not give", "token", { reply: (sent) => sent.set("code", markup) }],
];

export const noReply: ReadonlyArray<Row> = [
  ["no code", "reply", { reply: (sent) => sent.delete("code") }],
  ["an empty code", "reply", { reply: (sent) => sent.set("code", "") }],
  [
    "an error with markup",
    "provider",
    error({ error: markup, error_description: markup, error_uri: markup }),
  ],
  [
    "an error that is known, with markup beside",
    "provider",
    error({ error: "access_denied", error_description: markup }),
  ],
  ["an error beside a code", "provider", { reply: (sent) => sent.set("error", "access_denied") }],
  ["an empty error beside a code", "provider", { reply: (sent) => sent.set("error", "") }],
  ["an ID token in the address (implicit)", "reply", { reply: (sent) => sent.set("id_token", "a.b.c") }],
  ["a signed response (JARM)", "reply", { reply: (sent) => sent.set("response", "a.b.c") }],
  [
    "the reply in the fragment",
    notThisLogin,
    {
      bring: ({ browser, reply }) => browser.open(reply.href.replace("?", "#")),
    },
  ],
  [
    "the reply as a form",
    notThisLogin,
    {
      bring: ({ browser, reply }) =>
        browser.open(`${reply.origin}${reply.pathname}`, { method: "POST", body: reply.searchParams }),
    },
  ],
  [
    "the reply as a form, with the state as SAML calls it",
    notThisLogin,
    {
      bring: ({ browser, reply }) => {
        const body = new URLSearchParams(reply.searchParams);
        body.set("RelayState", body.get("state") ?? "");
        return browser.open(`${reply.origin}${reply.pathname}`, { method: "POST", body });
      },
    },
  ],
];
