/** An application fetches whom a code stands for, with a secret of its own. */
import { Effect } from "effect";
import { InvalidValue, Unauthenticated } from "../domain/index.ts";
import { type Claim, inTurn } from "../http/index.ts";
import { findApplicationSecret, Store, type TenantTx, takeCode } from "../store/index.ts";
import { bearerOf, type ParsedToken, parseToken, sameHash } from "../tenancy/index.ts";
import { fetchedBy, organizationOf } from "./answer.ts";
import { readHandle } from "./handle.ts";

const refused = new Unauthenticated({
  detail: "Send a live secret of the application in the Authorization header, as a bearer token.",
  presented: true,
});

/** Unknown, over, used, of another application, of somebody who may not come in any more: one answer for all. */
const noCode = new InvalidValue({
  detail: "The code is unknown, was used or is older than a minute. Have the person sign in again.",
});

/** The application whose secret this is. */
export const applicationOf = Effect.fnUntraced(function* (tx: TenantTx, token: ParsedToken) {
  const found = yield* findApplicationSecret(tx, token.id);
  return found === undefined || !sameHash(found.hash, token.hash) ? yield* refused : found.application;
});

export const applicationToken = (header: string | undefined): Effect.Effect<ParsedToken, Unauthenticated> => {
  const token = parseToken("rbl", bearerOf(header) ?? "");
  return token === undefined ? Effect.fail(refused) : Effect.succeed(token);
};

/** Whose turn it is, before the secret is checked. */
export const claimOf = ({ scope, id, hash }: ParsedToken): Claim => ({
  lane: scope,
  key: `application ${id} ${hash}`,
});

/** The application whose secret this is, before anything else is looked at. */
export const knownApplication = Effect.fn("knownApplication")(function* (header: string | undefined) {
  const store = yield* Store;
  const token = yield* applicationToken(header);
  const application = yield* inTurn(
    claimOf(token),
    store.tenant(token.scope, (tx) => applicationOf(tx, token)),
  );
  return { organization: token.scope, application };
});

export const exchangeCode = Effect.fn("exchangeCode")(function* (
  header: string | undefined,
  code: string | undefined,
) {
  const store = yield* Store;
  const token = yield* applicationToken(header);
  const handle = readHandle(code);
  const fetched = store.tenant(
    token.scope,
    Effect.fnUntraced(function* (tx) {
      const application = yield* applicationOf(tx, token);
      const taken = handle === undefined ? undefined : yield* takeCode(tx, handle.id, application);
      if (handle === undefined || taken === undefined || !sameHash(taken.hash, handle.hash)) return undefined;
      return yield* fetchedBy(tx, application, taken);
    }),
  );
  const person = yield* inTurn(claimOf(token), fetched);
  if (person === undefined) return yield* noCode;
  return { ...person, organization: yield* organizationOf(token.scope) };
});
