/** The rolling recomputation: a page of accounts at a time, round after round. */
import { Effect, Layer, Metric, Schedule } from "effect";
import { type OrganizationId, systemOrigin } from "../../domain/index.ts";
import {
  everyone,
  listOrganizations,
  newId,
  nobody,
  noteProof,
  proofState,
  raiseExceptions,
  recordEvent,
  Store,
  type TenantTx,
} from "../../store/index.ts";
import { type Drift, verifyPage } from "./verify.ts";

/** Each time, of each organization. */
const sample = 500;

const verified = Metric.counter("rolebridge_verified_accounts_total", {
  description: "Accounts whose roles were recomputed from their facts.",
  incremental: true,
});
const unexplained = Metric.counter("rolebridge_unexplained_differences_total", {
  description: "Accounts whose roles did not follow from their facts, and nothing explained why.",
  incremental: true,
});

const look = Effect.fnUntraced(function* (tx: TenantTx) {
  const { after } = yield* proofState(tx);
  const next = yield* everyone(tx, sample, true);
  const page = yield* next(after);
  const last = page.length < sample ? nobody : (page.at(-1)?.account ?? nobody);
  return { ...(yield* verifyPage(tx, page)), after: last };
});

/** Says what was found: an event and an exception for each account, without naming the person. */
const report = Effect.fnUntraced(function* (tx: TenantTx, drifts: ReadonlyArray<Drift>) {
  for (const { account, ...detail } of drifts) {
    const subject = { kind: "account", id: account };
    const event = yield* recordEvent(tx, {
      id: newId(),
      type: "account.unexplained",
      origin: systemOrigin,
      subject,
      data: detail,
    });
    const exception = {
      kind: "unexplained-roles",
      subject,
      origin: systemOrigin,
      cause: event,
      detail,
    } as const;
    yield* raiseExceptions(tx, [exception]);
  }
});

/** Looks at the next accounts of the organization, and keeps how far it is. */
export const rollOn = Effect.fn("rollOn")(function* (organization: OrganizationId) {
  const store = yield* Store;
  const { after, accounts, drifts } = yield* store.reading(organization, look);
  yield* Metric.update(verified, accounts);
  yield* Metric.update(unexplained, drifts.length);
  yield* store.tenant(
    organization,
    Effect.fnUntraced(function* (tx) {
      yield* noteProof(tx, { after, accounts, differences: drifts.length });
      yield* report(tx, drifts);
    }),
  );
  return drifts.length;
});

const round = Effect.gen(function* () {
  for (const { id } of yield* listOrganizations()) {
    yield* rollOn(id).pipe(
      Effect.catchCause((cause) =>
        Effect.logWarning("An organization's roles could not be recomputed.", cause),
      ),
    );
  }
}).pipe(Effect.catchCause((cause) => Effect.logWarning("Roles could not be recomputed.", cause)));

/** Every minute while the server runs. */
export const prover = Layer.effectDiscard(
  round.pipe(Effect.repeat(Schedule.spaced("1 minute")), Effect.delay("1 minute"), Effect.forkScoped),
);
