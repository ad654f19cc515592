/** Plays a client's test of a connection, step by step. A step that fails stops nothing: the others may say why. */
import { Effect } from "effect";
import type { Probe, ProbeStep } from "../client/index.ts";
import { adviceFor } from "./advice.ts";
import { type Client, type ClientName, clients, type Question } from "./clients.ts";
import { type Endpoint, type Outcome, send, type Wanted } from "./send.ts";
import { writing } from "./write.ts";

const gotOf = (outcome: Outcome): string => {
  if ("why" in outcome) return outcome.why;
  const { status, json, text } = outcome;
  const total = json?.["totalResults"];
  if (typeof total === "number") return `${status}, ${total} found`;
  const detail = json?.["detail"];
  if (typeof detail === "string") return `${status}, ${detail.slice(0, 200)}`;
  return json === undefined && text !== "" ? `${status}, ${text.slice(0, 60)}` : String(status);
};

const requestText = ({ method, path }: Wanted): string => {
  try {
    return `${method} ${decodeURIComponent(path)}`;
  } catch {
    return `${method} ${path}`;
  }
};

/** Asks one question. `answer` is what came, for those who go on from it. */
export const askOne = Effect.fn("askOne")(function* (endpoint: Endpoint, client: Client, question: Question) {
  const { outcome, millis } = yield* send(endpoint, question.wanted);
  const wrong = "why" in outcome ? outcome.why : question.expect(outcome);
  const step: ProbeStep = {
    step: question.step,
    request: requestText(question.wanted),
    status: "why" in outcome ? null : outcome.status,
    got: gotOf(outcome),
    ok: wrong === undefined,
    millis,
    advice: wrong === undefined ? null : adviceFor(client, question, endpoint, outcome, wrong),
  };
  return { step, answer: "why" in outcome ? undefined : outcome };
});

const notesOf = (address: string): ReadonlyArray<string> => [
  ...(address.startsWith("https:")
    ? []
    : ["The address begins with http: Okta, Entra and the others only take https."]),
  ...(new URL(address).host.includes("_") ? ["The host has an underscore: Okta takes none."] : []),
];

/**
 * The whole test: what the client asks, and with `write` also a person and a group that come and go.
 * `endpoint.address` is the public one, so that proxy, certificate and name are tested with it.
 */
export const probe = Effect.fn("probe")(function* (
  connection: string,
  as: ClientName,
  { address, token }: Pick<Endpoint, "address" | "token">,
  write: boolean,
) {
  const client = clients[as];
  const endpoint: Endpoint = { address, token, userAgent: client.userAgent };
  const asked = yield* Effect.forEach(client.questions(), (question) =>
    Effect.map(askOne(endpoint, client, question), ({ step }) => step),
  );
  const written = write ? yield* writing((question) => askOne(endpoint, client, question), client) : [];
  const steps = [...asked, ...written];
  const ok = steps.every((step) => step.ok);
  return { connection, as, address, ok, steps, notes: notesOf(address) } satisfies Probe as Probe;
});
