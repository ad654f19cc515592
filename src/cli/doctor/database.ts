/** The database: does it answer, is it at this version? */
import { Cause, Effect } from "effect";
import {
  FolderInUse,
  hasEmbedded,
  type Location,
  loginComplaintOf,
  pendingMigrations,
} from "../../store/index.ts";
import { type Check, unwell, well } from "../check.ts";
import { innermost } from "../sentence.ts";

const check = "database";

const upToDate = (where: string, pending: ReadonlyArray<string>): Check =>
  pending.length === 0
    ? well(check, `${where} answers and is at this version`)
    : unwell(check, `${where} misses ${pending.join(", ")}: rolebridge migrate, or start the server`);

/** What drivers say is about hosts, logins and database names: the operator's own settings. */
const sentence = (where: string, cause: Cause.Cause<unknown>): Check => {
  const error = Cause.squash(cause);
  if (error instanceof FolderInUse) {
    return well(check, `embedded, in use by the server (process ${error.pid}): asked over HTTP instead`);
  }
  return unwell(check, `${where} cannot be used: ${innermost(error)}`);
};

const look = Effect.fnUntraced(function* (location: Location, where: string) {
  const pending = yield* pendingMigrations(location);
  const complaint = pending.length === 0 ? yield* loginComplaintOf(location) : undefined;
  return complaint === undefined ? upToDate(where, pending) : unwell(check, complaint);
});

/** Opens the database and looks. A first start has not been: nothing is made. */
export const checkDatabase = Effect.fn("checkDatabase")(function* (location: Location) {
  const isEmbedded = location._tag === "Embedded";
  if (isEmbedded && !hasEmbedded(location.folder)) {
    return well(check, "embedded, not there yet: a first start makes it");
  }
  const where = isEmbedded ? "the embedded database" : "PostgreSQL";
  return yield* look(location, where).pipe(
    Effect.timeout("20 seconds"),
    Effect.catchCause((cause) => Effect.succeed(sentence(where, cause))),
  );
});
