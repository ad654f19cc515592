/** The data folder and the master key. Looks only: a first start makes what is not there. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { Effect } from "effect";
import type { Settings } from "../../../config/index.ts";
import { loadMasterKey } from "../../tenancy/index.ts";
import { type Check, unwell, well } from "../check.ts";

const isWritable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** May somebody else on this machine read it? Windows has other means, which are not looked at. */
const isOpenToOthers = (path: string): boolean =>
  process.platform !== "win32" && existsSync(path) && (statSync(path).mode & 0o077) !== 0;

export const checkFolder = ({ dataFolder }: Settings): Check => {
  const check = "data folder";
  if (!existsSync(dataFolder)) return well(check, `${dataFolder} is not there yet: a first start makes it`);
  if (!isWritable(dataFolder)) return unwell(check, `${dataFolder} cannot be written by this user`);
  const secrets = ["quickstart.json", "master.key"].map((name) => join(dataFolder, name));
  const open = [dataFolder, ...secrets].filter(isOpenToOthers);
  return open.length === 0
    ? well(check, dataFolder)
    : unwell(check, `others may read what is secret: chmod go= ${open.join(" ")}`);
};

/** `isNew`: is there no database yet that an earlier key could have sealed? */
export const checkMasterKey = Effect.fn("checkMasterKey")(function* (settings: Settings, isNew: boolean) {
  const check = "master key";
  const { dataFolder, masterKey } = settings;
  const file = join(dataFolder, "master.key");
  if (masterKey === undefined && !existsSync(file)) {
    return isNew
      ? well(check, "a first start makes it")
      : unwell(
          check,
          `${file} is not there: bring it back, or set ROLEBRIDGE_MASTER_KEY; only a first start makes one`,
        );
  }
  return yield* loadMasterKey(dataFolder, masterKey).pipe(
    Effect.as(
      well(check, masterKey === undefined ? `${file}: keep a copy elsewhere` : "ROLEBRIDGE_MASTER_KEY"),
    ),
    Effect.catch(({ message }) => Effect.succeed(unwell(check, message))),
  );
});
