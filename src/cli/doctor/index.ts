/** Owns what `doctor` looks at, in which order. Loaded only by it: it brings the whole store along. */
import { Effect } from "effect";
import { loadSettings } from "../../../config/index.ts";
import { hasEmbedded } from "../../store/index.ts";
import { type Check, unwell, well } from "../check.ts";
import { environment } from "../flags.ts";
import { Server } from "../server.ts";
import { checkDatabase } from "./database.ts";
import { checkFolder, checkMasterKey } from "./folder.ts";
import { checkRoles } from "./roles.ts";
import { checkServer } from "./server.ts";

/** Every check, in the order one would repair things. */
export const examine = Effect.fn("examine")(function* (verify: boolean) {
  const settings = yield* loadSettings(yield* environment, false).pipe(Effect.result);
  if (settings._tag === "Failure") return [unwell("settings", settings.failure.message)];
  const { locationOf } = yield* (yield* Server).load;
  const location = locationOf(settings.success);
  const isNew = location._tag === "Embedded" && !hasEmbedded(location.folder);
  const checks: ReadonlyArray<Check> = [
    well("settings", "can be used"),
    checkFolder(settings.success),
    yield* checkMasterKey(settings.success, isNew),
    yield* checkDatabase(location),
    ...(yield* checkServer()),
  ];
  const answers = checks.some(({ check, ok }) => check === "operator token" && ok);
  return verify && answers ? [...checks, ...(yield* checkRoles())] : checks;
});
