/** What is written outside, and what is read from there: the two sides of the ownership graph. */
import type { DirectoryGroupId, GroupKind, PushSettings } from "../../domain/index.ts";

/** A connection that writes. `identity` tells its directory from every other one; null: it is not known yet. */
export interface Writer {
  readonly connection: string;
  readonly identity: string | null;
  readonly settings: Pick<PushSettings, "owns" | "roles">;
}

/** A connection that reads a directory. `derives`: also what follows there from being in a group. */
export interface Reader {
  readonly connection: string;
  readonly identity: string | null;
  readonly derives: boolean;
}

/** A group as one connection shows it. `externalId` is the outside system's own id. */
export interface SeenGroup {
  readonly id: DirectoryGroupId;
  readonly connection: string;
  readonly externalId: string | null;
  readonly kind: GroupKind;
  readonly name: string;
}

/**
 * People sign in through `login` at the directory that `writer` writes: what is written comes back in their logins, and
 * nothing says that the two are one directory.
 */
export interface Echo {
  readonly login: string;
  readonly writer: string;
}

export interface Landscape {
  readonly writers: ReadonlyArray<Writer>;
  readonly readers: ReadonlyArray<Reader>;
  readonly echoes: ReadonlyArray<Echo>;
  /** At least every group that a writer writes, by each connection that shows it. */
  readonly groups: ReadonlyArray<SeenGroup>;
}
