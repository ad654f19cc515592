/** What operators do about what was written, or could not be. */
import { Effect } from "effect";
import { type AccountId, fold, InvalidValue, isUuid, NotFound } from "../../domain/index.ts";
import { findAccountsByName, findPush, type TenantTx } from "../../store/index.ts";
import { releaseIntent, retryPush as tryAgain } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { namedConnection } from "../connection/index.ts";

/** By id, email or userName. */
const accountOf = Effect.fnUntraced(function* (tx: TenantTx, name: string) {
  if (isUuid(name)) return name as AccountId;
  const [found, ...others] = yield* findAccountsByName(tx, fold(name.trim()));
  if (found === undefined) return yield* new NotFound({ kind: "account", id: name });
  if (others.length === 0) return found.id;
  return yield* new InvalidValue({ detail: "account: several accounts have this name. Give the id." });
});

/** Has one account, or everyone in trouble, tried again now. Gives their number. */
export const retryPush = (caller: Caller, target: Target, slug: string, account: string | null) =>
  inOrganization(
    caller,
    target,
    "push:write",
    Effect.fnUntraced(function* (tx, origin) {
      const row = yield* namedConnection(tx, slug);
      if ((yield* findPush(tx, row.id))?.mode !== "enforce") {
        return yield* new InvalidValue({
          detail: `Nothing is written through ${slug}. To write: rolebridge push set ${slug} --mode enforce`,
        });
      }
      return yield* tryAgain(tx, row.id, account === null ? null : yield* accountOf(tx, account), origin);
    }),
  );

/** Hands a fact that we wrote back to the source: from now on it counts as the source's, and is never taken back. */
export const releaseWrittenFact = (caller: Caller, target: Target, id: string) =>
  inOrganization(
    caller,
    target,
    "push:write",
    Effect.fnUntraced(function* (tx, origin) {
      return isUuid(id) && (yield* releaseIntent(tx, id, origin));
    }),
  );
