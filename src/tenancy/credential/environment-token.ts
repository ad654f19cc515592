/** SCIM tokens of environments: for whoever pushes to many organizations. Only for operators of every organization. */
import { Effect } from "effect";
import { Forbidden, isUuid, NotFound, type TokenId } from "../../domain/index.ts";
import {
  addEnvironmentToken,
  revokeEnvironmentToken as endToken,
  listEnvironmentTokens,
  newId,
} from "../../store/index.ts";
import { atSystem } from "../access.ts";
import type { Caller } from "../caller.ts";
import { expiryOf, labelOf } from "../input.ts";
import { mintToken } from "../token.ts";

/** Two for a rotation. */
const mostLive = 2;

const ofEvery = new Forbidden({
  detail: "Only operators of every organization manage an environment's tokens.",
});

interface Wanted {
  readonly project: string;
  readonly environment: string;
  readonly label: string;
  readonly expiresAt: Date | null;
}

/** Makes a token of an environment that has at most one yet. The token is in the answer and nowhere else. */
export const issueEnvironmentToken = (caller: Caller, wanted: Wanted) =>
  atSystem(
    caller,
    "token:write",
    Effect.fnUntraced(function* (origin, only) {
      if (only !== null) return yield* ofEvery;
      const label = yield* labelOf("label", wanted.label);
      const expiresAt = yield* expiryOf(wanted.expiresAt);
      const id = newId<TokenId>();
      const made = yield* addEnvironmentToken(
        wanted,
        mostLive,
        (environment) => ({ ...mintToken("rbe", environment, id), id, label, expiresAt }),
        origin,
      );
      if (made !== undefined) return { id, token: made.token };
      const name = `${wanted.project}/${wanted.environment}`;
      return yield* new NotFound({ kind: "environment", id: name });
    }),
  );

/** Every environment's tokens. Whoever is bound to one organization sees none. */
export const visibleEnvironmentTokens = (caller: Caller) =>
  atSystem(caller, "token:read", (_, only) => (only === null ? listEnvironmentTokens() : Effect.succeed([])));

/** Ends a token at once. One that was ended before stays as it is. */
export const endEnvironmentToken = (caller: Caller, id: string) =>
  atSystem(
    caller,
    "token:write",
    Effect.fnUntraced(function* (origin, only) {
      if (only !== null) return yield* ofEvery;
      const token = isUuid(id) ? yield* endToken(id, origin) : undefined;
      return token ?? (yield* new NotFound({ kind: "token", id }));
    }),
  );
