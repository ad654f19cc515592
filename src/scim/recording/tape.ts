/** Where a request leaves what a recording needs, and what becomes of it after the answer. */
import { Context, Effect } from "effect";
import type { HttpServerRequest, HttpServerResponse } from "effect/http";
import type { OrganizationId } from "../../domain/index.ts";
import { parseJson, Turns } from "../../http/index.ts";
import { keepExchange, Store, takeRecordingKey } from "../../store/index.ts";
import type { Json } from "../schema/index.ts";
import { exchangeOf, type Heard } from "./exchange.ts";

type Request = HttpServerRequest.HttpServerRequest;

/** Of a request whose credential said that its connection is recorded. */
interface Recorded {
  readonly organization: OrganizationId;
  readonly recording: string;
  /** The form of the address that was used. */
  readonly base: string;
}

interface Notes {
  recorded?: Recorded;
  body?: unknown;
}

/** Larger exchanges are counted, not kept: the quirks are in the small ones. */
const mostBytes = 256 * 1024;

/** The notes of the request at hand. Outside of one, what is noted is forgotten. */
const Tape = Context.Reference<Notes>("rolebridge/scim/Tape", { defaultValue: () => ({}) });

/** Costs nothing but this where nothing is recorded. */
export const noteRecording = ({
  recording,
  ...request
}: Omit<Recorded, "recording"> & { readonly recording: string | null }) =>
  recording === null
    ? Effect.void
    : Effect.map(Tape, (notes) => {
        notes.recorded = { ...request, recording };
      });

/** The body when it has been read. It is not looked at before the answer. */
export const noteBody = (body: unknown) =>
  Effect.map(Tape, (notes) => {
    notes.body = body;
  });

const answerBytes = ({ body }: HttpServerResponse.HttpServerResponse): Uint8Array | undefined =>
  body._tag === "Uint8Array" ? body.body : new Uint8Array();

/** What stands after the form of the address, as it was written. */
const below = ({ url }: Request, { base }: Recorded): string => url.slice(base.length);

const heard = (
  request: Request,
  path: string,
  notes: Notes,
  response: HttpServerResponse.HttpServerResponse,
): Heard | undefined => {
  const bytes = answerBytes(response);
  const size = JSON.stringify(notes.body ?? null).length + (bytes?.length ?? mostBytes);
  if (bytes === undefined || size > mostBytes) return undefined;
  const answer = bytes.length === 0 ? undefined : parseJson(bytes);
  return {
    method: request.method,
    path,
    headers: request.headers,
    // The body came out of JSON.
    body: notes.body as Json | undefined,
    status: response.status,
    answer: answer?._tag === "Success" ? (answer.success as Json) : undefined,
  };
};

/** In a transaction of its own. Fails in silence: no client's request is ever worse off for a recording. */
const keep = Effect.fn("keepExchange")(
  function* ({ organization, recording }: Recorded, requestId: string, hear: () => Heard | undefined) {
    const store = yield* Store;
    const turns = yield* Turns;
    const write = store.tenant(
      organization,
      Effect.fnUntraced(function* (tx) {
        const key = yield* takeRecordingKey(tx, recording);
        if (key === undefined) return;
        const what = hear();
        const exchange = what === undefined ? undefined : exchangeOf(Buffer.from(key, "base64"), what);
        yield* keepExchange(tx, recording, requestId, exchange);
      }),
    );
    yield* turns.take(organization, write);
  },
  Effect.catchCause(() => Effect.logWarning("An exchange could not be recorded.")),
);

/** Answers, and then keeps the exchange where its connection is recorded. */
export const recorded = <E, R>(
  request: Request,
  requestId: string,
  answer: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
) =>
  Effect.gen(function* () {
    const notes: Notes = {};
    const response = yield* Effect.provideService(answer, Tape, notes);
    const { recorded } = notes;
    if (recorded !== undefined) {
      const kept = keep(recorded, requestId, () => heard(request, below(request, recorded), notes, response));
      yield* Effect.forkDetach(kept);
    }
    return response;
  });
