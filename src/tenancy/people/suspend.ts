/** An account that an operator takes everything from for a while. */
import { Effect } from "effect";
import type { EventId } from "../../domain/index.ts";
import { newId, recordEvent, setSuspended, suspensionOf } from "../../store/index.ts";
import { reconcile } from "../../sync/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { reasonOf } from "../input.ts";
import { holdAccount } from "./find.ts";

const switching = (suspend: boolean) => (caller: Caller, target: Target, name: string, why: string) =>
  inOrganization(
    caller,
    target,
    "account:write",
    Effect.fnUntraced(function* (tx, origin) {
      const reason = yield* reasonOf("reason", why);
      const account = yield* holdAccount(tx, name);
      if (((yield* suspensionOf(tx, account)) !== null) === suspend) return { account, changed: false };
      const id = newId<EventId>();
      const type = suspend ? "account.suspended" : "account.resumed";
      const subject = { kind: "account", id: account };
      const event = yield* recordEvent(tx, { id, type, origin, subject, personal: { reason } });
      yield* setSuspended(tx, account, suspend ? id : null);
      yield* reconcile(tx, [account], { event, origin, named: true });
      return { account, changed: true };
    }),
  );

/** Inactive at once and without a role, whatever sources say. Grants wait. */
export const suspendAccount = switching(true);
/** Sources, rules and grants count again, as they are then. */
export const resumeAccount = switching(false);
