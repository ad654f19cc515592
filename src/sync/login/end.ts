/** What logins said of somebody who is to be forgotten: it ends, as where a source deletes them. */
import { Effect } from "effect";
import type { Origin } from "../../domain/index.ts";
import {
  type AccountView,
  deletePulledUsers,
  findPulledUserById,
  lockLoginUser,
  loseLinks,
  recordEvent,
  type TenantTx,
} from "../../store/index.ts";

/** Of these people, who must all be told of by logins only. Their account has none of them any more. */
export const endPeople = Effect.fn("endPeople")(function* (
  tx: TenantTx,
  people: AccountView["people"],
  origin: Origin,
) {
  for (const { id, connection } of people) {
    yield* lockLoginUser(tx, id);
    const before = yield* findPulledUserById(tx, connection, id);
    if (before === undefined) continue;
    const cause = yield* recordEvent(tx, {
      type: "user.deleted",
      origin: { ...origin, connection },
      // Without what they were called: that would be written after it was forgotten.
      subject: { kind: "directory-user", id },
    });
    yield* loseLinks(tx, [{ user: id, externalId: before.externalId, cause }]);
    yield* deletePulledUsers(tx, [id]);
  }
});
