/** The address that a test begins at. */
import { Effect } from "effect";
import { TestClock } from "effect/testing";
import { describe, expect, it } from "vitest";
import type { ConnectionId, OperatorId, OrganizationId } from "../../../src/domain/index.ts";
import { newTicket, openTicket, ticketSeconds } from "../../../src/login/trial/ticket.ts";
import { MasterKey, newId } from "../../../src/store/index.ts";
import { masterKey } from "../../support/world.ts";

const organization = newId<OrganizationId>();
const connection = newId<ConnectionId>();
const operator = newId<OperatorId>();

const run = <A, E>(work: Effect.Effect<A, E, MasterKey>) =>
  Effect.runPromise(work.pipe(Effect.provide(MasterKey.layer(masterKey)), Effect.provide(TestClock.layer())));

describe("a ticket of a test", () => {
  it("opens for its own organization and connection, and for no other", () =>
    run(
      Effect.gen(function* () {
        const { text } = yield* newTicket(organization, connection, operator);
        expect(yield* openTicket(organization, connection, text)).toMatchObject({ operator });
        expect(yield* openTicket(newId<OrganizationId>(), connection, text)).toBeUndefined();
        expect(yield* openTicket(organization, newId<ConnectionId>(), text)).toBeUndefined();
        expect(yield* openTicket(organization, connection, `A${text.slice(1)}A`)).toBeUndefined();
        expect(yield* openTicket(organization, connection, "")).toBeUndefined();
      }),
    ));

  it("opens no more when its time is over", () =>
    run(
      Effect.gen(function* () {
        const { text } = yield* newTicket(organization, connection, operator);
        yield* TestClock.adjust((ticketSeconds - 1) * 1_000);
        expect(yield* openTicket(organization, connection, text)).toBeDefined();
        yield* TestClock.adjust(1_000);
        expect(yield* openTicket(organization, connection, text)).toBeUndefined();
      }),
    ));
});
