/** A person asks to be forgotten. */
import { Effect } from "effect";
import { fold, InvalidValue, isUuid } from "../../domain/index.ts";
import {
  type AccountView,
  eraseAccount as erase,
  findLostAccounts,
  forgetLogins,
  listConnections,
  recordEvent,
  type TenantTx,
} from "../../store/index.ts";
import { endPeople, reconcile, signInKinds } from "../../sync/index.ts";
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

/** Whom only logins tell of nobody says to be there: they come again when they sign in, as somebody new. */
const mustHaveLeft = Effect.fnUntraced(function* (tx: TenantTx, people: AccountView["people"]) {
  const ofLogins = yield* signInKinds;
  const kinds = new Map((yield* listConnections(tx)).map(({ id, kind }) => [id, kind]));
  const saying = new Set(
    people
      .filter(({ connection }) => !ofLogins.has(kinds.get(connection) ?? ""))
      .map(({ connectionSlug }) => connectionSlug),
  );
  if (saying.size === 0) return;
  return yield* new InvalidValue({
    detail: `The person is still there by ${[...saying].join(", ")}, and would come back. Delete them there first, then erase.`,
  });
});

/**
 * Removes every personal value of the account's person and ends what was decided about them. Refused while a source
 * still says that the person is there: it would say so again. What logins said goes too.
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
      yield* mustHaveLeft(tx, people);
      yield* endPeople(tx, people, origin);
      const values = yield* erase(tx, account);
      yield* forgetLogins(tx, account);
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
