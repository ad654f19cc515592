/** What a provider says of itself now, against what its connection has. Looking changes nothing. */
import { createHash } from "node:crypto";
import { Effect } from "effect";
import {
  type Comparison,
  type Described,
  type Describing,
  isSame,
} from "../../../../connectors/connector.ts";
import { NotSupported } from "../../../domain/index.ts";
import type { ConnectionRow } from "../../../store/index.ts";
import { inOrganization, type Target } from "../../access.ts";
import type { Caller } from "../../caller.ts";
import { namedConnection } from "../connections.ts";
import { connectorFor } from "../test.ts";
import { readDescription } from "./read.ts";

export interface MetadataDifference extends Comparison {
  /** Names exactly this difference of exactly this connection; `null` where there is none. */
  readonly hash: string | null;
}

export interface Looked {
  readonly row: ConnectionRow;
  readonly described: Described;
  readonly difference: MetadataDifference;
}

const hashOf = ({ id }: ConnectionRow, comparison: Comparison): string =>
  createHash("sha256")
    .update(JSON.stringify([id, comparison]))
    .digest("hex");

const describingOf = Effect.fnUntraced(function* (row: ConnectionRow) {
  const { describing, title } = yield* connectorFor(row);
  if (describing !== undefined) return describing;
  return yield* new NotSupported({ detail: `${title} connections have no metadata to be compared with.` });
});

const differenceOf = (row: ConnectionRow, describing: Describing, described: Described) => {
  const comparison = describing.compare(row.settings, described);
  const hash = isSame(comparison) ? null : hashOf(row, comparison);
  return { ...comparison, hash } satisfies MetadataDifference;
};

/** `document: null`: what stands at the address of its settings. It makes this server send a request: reading is not enough. */
export const lookAtMetadata = Effect.fnUntraced(function* (
  caller: Caller,
  target: Target,
  slug: string,
  document: string | null,
) {
  const row = yield* inOrganization(caller, target, "connection:write", (tx) => namedConnection(tx, slug));
  const describing = yield* describingOf(row);
  const described = yield* readDescription(describing, row.settings, document);
  return { row, described, difference: differenceOf(row, describing, described) } satisfies Looked;
});

export const compareMetadata = (caller: Caller, target: Target, slug: string, document: string | null) =>
  Effect.map(lookAtMetadata(caller, target, slug, document), ({ difference }) => difference);
