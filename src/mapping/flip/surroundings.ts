/** What there is beside the account: where a person could be, and which groups they could join. */
import type { ConnectionFact, DirectoryGroupId, GroupKind } from "../../domain/index.ts";

export interface SurroundingGroup {
  readonly id: DirectoryGroupId;
  readonly connection: string;
  readonly externalId: string | null;
  readonly kind: GroupKind;
  readonly name: string;
}

export interface Surroundings {
  /** Those that rules name; a rule that names none of them is taken to mean a group that could be made. */
  readonly groups: ReadonlyArray<SurroundingGroup>;
  /** Connections that the person could come through. */
  readonly connections: ReadonlyArray<ConnectionFact>;
}

export const nothingElse: Surroundings = { groups: [], connections: [] };
