/** What the client's administrator sees where a step fails, and what to do: one sentence. */
import type { Client, Question } from "./clients.ts";
import type { Endpoint, Outcome } from "./send.ts";

type Row = readonly [when: (status: number) => boolean, means: string];

const rows: ReadonlyArray<Row> = [
  [
    (status) => status === 401,
    'the token is wrong, expired or revoked, the connection is disabled, or a proxy takes the Authorization header away: look at "rolebridge token list" and at the proxy',
  ],
  [
    (status) => status === 403,
    "something before Rolebridge, such as a web application firewall, refuses the request: allow it there, also without a User-Agent",
  ],
  [
    (status) => status >= 300 && status < 400,
    "something redirects, and clients do not follow: give the client the address that it leads to, or end the redirect",
  ],
  [
    (status) => status === 404,
    "the address leads elsewhere: have the reverse proxy pass the whole path on, and compare the address with the one above",
  ],
  [(status) => status === 413, "something before Rolebridge limits the size of bodies: let it pass 32 MB"],
  [(status) => status === 429, "too many requests or bad credentials came at once: wait, then try again"],
  [
    (status) => status === 502 || status === 503 || status === 504,
    'the reverse proxy does not reach Rolebridge, or Rolebridge not its database: run "rolebridge doctor" there',
  ],
];

const meaning = (status: number, wrong: string): string =>
  rows.find(([when]) => when(status))?.[1] ??
  `${wrong}: does a proxy change requests or answers, or another program answer? Else report it`;

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

const placeOf = ({ title, test, work }: Client, { later }: Pick<Question, "later">): string =>
  `${capital(title)} shows it at ${later === true ? work : test}`;

/** `wrong`: what the expectation said. */
export const adviceFor = (
  client: Client,
  question: Pick<Question, "later">,
  { address }: Pick<Endpoint, "address">,
  outcome: Outcome,
  wrong: string,
): string => {
  const place = placeOf(client, question);
  if ("why" in outcome) {
    return `${place} as an address that cannot be reached: ${new URL(address).host} ${outcome.why}; correct DNS, firewall, certificate, or ROLEBRIDGE_PUBLIC_URL.`;
  }
  const unexpected = wrong.startsWith("the status is ");
  const means = unexpected ? meaning(outcome.status, wrong) : meaning(0, wrong);
  return `${place}, with ${outcome.status}: ${means}.`;
};
