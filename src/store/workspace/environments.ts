/** Environments, the addresses that name them, and their SCIM tokens. */
import { Effect } from "effect";
import { type EnvironmentId, type Origin, type TokenId, TooMany } from "../../domain/index.ts";
import { recordSystemEvent, recordSystemEventOnce } from "../audit/system-events.ts";
import { first } from "../engine/run.ts";
import { Store, type TenantTx } from "../store.ts";
import * as environmentTokens from "./environment-tokens.ts";
import { lockEnvironment, organizationAt, type ScimPlace } from "./places.ts";
import { systemIn } from "./scope.ts";

export type { EnvironmentCredential, EnvironmentTokenRow, PresentedToken } from "./environment-tokens.ts";
export type { ScimPlace } from "./places.ts";

/** Is this the place of the transaction's organization? */
export const isAt = (tx: TenantTx, place: ScimPlace) =>
  Effect.map(
    first(organizationAt(systemIn(tx), place).where("o.id", "=", tx.organization)),
    (found) => found !== undefined,
  );

/** An environment's token, and the organization at `place` where that is in the token's environment. */
export const findEnvironmentAccess = Effect.fn("findEnvironmentAccess")(function* (
  token: environmentTokens.PresentedToken,
  place: ScimPlace | undefined,
) {
  const store = yield* Store;
  return yield* store.system((tx) => environmentTokens.findAccess(tx, token, place));
});

/** The same token in the transaction of an organization of its environment. */
export const findEnvironmentCredential = environmentTokens.findCredentialIn;

export const noteEnvironmentTokenUse = (tx: TenantTx, id: TokenId) =>
  environmentTokens.noteUse(systemIn(tx), id);

/** Records what happened outside of organizations, at most once a minute for one subject. */
export const recordOutside = Effect.fn("recordOutside")(function* (
  event: Parameters<typeof recordSystemEventOnce>[1],
) {
  const store = yield* Store;
  yield* store.system((tx) => recordSystemEventOnce(tx, event));
});

/** Makes a token of an environment that has fewer than `most` live ones. Undefined: there is no such environment. */
export const addEnvironmentToken = Effect.fn("addEnvironmentToken")(function* <
  Token extends Parameters<typeof environmentTokens.insertToken>[2],
>(
  { project, environment }: Omit<ScimPlace, "organization">,
  most: number,
  make: (environment: EnvironmentId) => Token,
  origin: Origin,
) {
  const store = yield* Store;
  return yield* store.system(
    Effect.fnUntraced(function* (tx) {
      // The lock makes two requests at once count one after the other.
      const found = yield* lockEnvironment(tx, project, environment);
      if (found === undefined) return undefined;
      if (((yield* environmentTokens.countLive(tx, found.id))?.count ?? 0) >= most) {
        return yield* new TooMany({
          detail: `The environment ${project}/${environment} has ${most} live tokens. Revoke one of them first.`,
        });
      }
      const token = make(found.id);
      yield* environmentTokens.insertToken(tx, found.id, token);
      const subject = { kind: "environment-token", id: token.id };
      const data = { project, environment, expires: token.expiresAt?.toISOString() ?? null };
      yield* recordSystemEvent(tx, { type: "environment-token.created", origin, subject, data });
      return token;
    }),
  );
});

export const listEnvironmentTokens = Effect.fn("listEnvironmentTokens")(function* () {
  const store = yield* Store;
  return yield* store.system(environmentTokens.listTokens);
});

/** Ends a token at once on every instance. One that was ended before stays as it is; undefined: there is none. */
export const revokeEnvironmentToken = Effect.fn("revokeEnvironmentToken")(function* (
  id: string,
  origin: Origin,
) {
  const store = yield* Store;
  return yield* store.system(
    Effect.fnUntraced(function* (tx) {
      if ((yield* environmentTokens.revokeToken(tx, id)) !== undefined) {
        const subject = { kind: "environment-token", id };
        yield* recordSystemEvent(tx, { type: "environment-token.revoked", origin, subject });
      }
      return yield* environmentTokens.findToken(tx, id);
    }),
  );
});
