/** Drafts of the mapping and putting one in force. */
import { Effect } from "effect";
import { InvalidValue, type JsonObject, NotFound, type Origin } from "../domain/index.ts";
import { decodeMapping, type Mapping, rolesIn } from "../mapping/index.ts";
import {
  findMappingIn,
  holdMapping,
  knownRoles,
  publishDraft,
  recordEvent,
  saveDraft,
  type TenantTx,
} from "../store/index.ts";
import { requireAnother } from "./four-eyes.ts";
import { lintDocument, refuseWrong } from "./lint/index.ts";
import { requireNoNewLoops } from "./ownership/index.ts";
import { settleEveryone } from "./settle.ts";

const noDraft = new NotFound({ kind: "draft", id: "of the mapping" });

/** A rule that grants a role nobody made would never grant anything: most likely a typing error. */
const checkRoles = Effect.fnUntraced(function* (tx: TenantTx, mapping: Mapping) {
  const wanted = rolesIn(mapping);
  const known = new Set((yield* knownRoles(tx, wanted)).map((row) => row.key));
  const unknown = wanted.filter((key) => !known.has(key));
  if (unknown.length === 0) return;
  return yield* new InvalidValue({
    detail: `The mapping names roles that do not exist: ${unknown.slice(0, 10).join(", ")}. Create them first.`,
  });
});

/** `from`: the version it is taken from, where it is an earlier one. */
const keepDraft = Effect.fnUntraced(function* (
  tx: TenantTx,
  mapping: Mapping,
  origin: Origin,
  from?: number,
) {
  // A decoded mapping is plain JSON: nothing is transformed on the way in.
  const version = yield* saveDraft(tx, mapping as unknown as JsonObject, origin.actor.id);
  yield* recordEvent(tx, {
    type: "mapping.drafted",
    origin,
    subject: { kind: "organization", id: tx.organization },
    data: { version, rules: mapping.rules.length, ...(from === undefined ? {} : { from }) },
  });
  return version;
});

/** Checks `document` and keeps it as the draft. Gives its version. */
export const draftMapping = Effect.fn("draftMapping")(function* (
  tx: TenantTx,
  document: unknown,
  origin: Origin,
) {
  const mapping = yield* Effect.fromResult(decodeMapping(document));
  yield* checkRoles(tx, mapping);
  return yield* keepDraft(tx, mapping, origin);
});

/** The same, held against what the organization has: refused where it is wrong for sure. Gives all other findings. */
export const draftLinted = Effect.fn("draftLinted")(function* (
  tx: TenantTx,
  document: unknown,
  origin: Origin,
  from?: number,
) {
  const { mapping, findings } = yield* lintDocument(tx, document);
  yield* checkRoles(tx, mapping);
  yield* refuseWrong(findings);
  return { version: yield* keepDraft(tx, mapping, origin, from), findings };
});

const publishedEvent = (tx: TenantTx, origin: Origin, type: string, data: JsonObject) =>
  recordEvent(tx, { type, origin, subject: { kind: "organization", id: tx.organization }, data });

/** What is in force already can still be applied to those who have not met it yet. */
const applyPublished = Effect.fnUntraced(function* (tx: TenantTx, origin: Origin) {
  const published = yield* findMappingIn(tx, "published");
  if (published === undefined) return yield* noDraft;
  const event = yield* publishedEvent(tx, origin, "mapping.applied", { version: published.version });
  yield* settleEveryone(tx, { event, origin, inferred: true });
  return published.version;
});

/**
 * Puts the draft in force. People get it with the next provisioning event about them; with `apply`, jobs go
 * through everyone now. Without a draft, `apply` has jobs go through everyone by the mapping in force.
 */
export const publishMapping = Effect.fn("publishMapping")(function* (
  tx: TenantTx,
  origin: Origin,
  apply: boolean,
) {
  yield* holdMapping(tx);
  const draft = yield* findMappingIn(tx, "draft");
  if (draft === undefined) return yield* apply ? applyPublished(tx, origin) : noDraft;
  yield* requireAnother(tx, draft.version, origin);
  yield* requireNoNewLoops(tx, draft.version);
  yield* publishDraft(tx, draft.version);
  const data = { version: draft.version, applied: apply };
  const event = yield* publishedEvent(tx, origin, "mapping.published", data);
  if (apply) yield* settleEveryone(tx, { event, origin, inferred: true });
  return draft.version;
});
