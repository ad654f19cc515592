/** A person asks to be forgotten. */
import { Effect } from "effect";
import { fold, InvalidValue, isUuid } from "../../domain/index.ts";
import { eraseAccount as erase, findLostAccounts, recordEvent, type TenantTx } from "../../store/index.ts";
import { reconcile } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { reasonOf } from "../input.ts";
import { accountNamed, holdAccount } from "./find.ts";

/** Whom no source asserts has no name here any more, but what is to be erased remembers it. */
const idOfLost = Effect.fnUntraced(function* (tx: TenantTx, name: string) {
  if (isUuid(name)) return name;
  const [lost, ...others] = yield* findLostAccounts(tx, fold(name.trim()));
  return lost !== undefined && others.length === 0 ? lost : name;
});

/**
 * Removes every personal value of the account's person and ends what was decided about them. Refused while a source
 * still says that the person is there: it would say so again.
 */
export const eraseAccount = (caller: Caller, target: Target, name: string, why: string) =>
  inOrganization(
    caller,
    target,
    "account:write",
    Effect.fnUntraced(function* (tx, origin) {
      const reason = yield* reasonOf("reason", why);
      const account = yield* holdAccount(tx, yield* idOfLost(tx, name));
      const { people } = yield* accountNamed(tx, account);
      if (people.length > 0) {
        const slugs = [...new Set(people.map(({ connectionSlug }) => connectionSlug))].join(", ");
        return yield* new InvalidValue({
          detail: `The person is still there by ${slugs}, and would come back. Delete them there first, then erase.`,
        });
      }
      const values = yield* erase(tx, account);
      const subject = { kind: "account", id: account };
      const event = yield* recordEvent(tx, {
        type: "account.erased",
        origin,
        subject,
        data: { values },
        personal: { reason },
      });
      yield* reconcile(tx, [account], { event, origin, named: true });
      return { account, values };
    }),
  );
