/** Invariant 1, derivation, over HTTP: whatever is sent, assignments are what the facts left give. */
import { Effect } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AccountId, OrganizationId } from "../../src/domain/index.ts";
import { desiredRoles, difference } from "../../src/mapping/index.ts";
import { loadAssignments, loadFacts, Store } from "../../src/store/index.ts";
import { publishedMapping } from "../../src/sync/index.ts";
import { startServer } from "../support/server.ts";
import { client, commands, organization } from "./life.ts";
import { Reference, type Side } from "./reference.ts";

const server = await startServer();

const inspect = (id: OrganizationId) =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      return yield* store.tenant(
        id,
        Effect.fnUntraced(function* (tx) {
          const rows = yield* Effect.promise(() => tx.db.selectFrom("account").select("id").execute());
          const links = yield* Effect.promise(() =>
            tx.db
              .selectFrom("account_link as l")
              .innerJoin("directory_user as u", "u.id", "l.user_id")
              .innerJoin("connection as c", "c.id", "l.connection_id")
              .select(["l.account_id as account", "u.user_name_key as name", "c.slug as side"])
              .execute(),
          );
          const accounts = rows.map((row) => row.id as AccountId);
          const { mapping } = yield* publishedMapping(tx);
          const assigned = yield* loadAssignments(tx, accounts);
          const facts = yield* loadFacts(tx, accounts);
          const drift = facts.map((one) =>
            difference(assigned.get(one.account) ?? [], desiredRoles(one, mapping, Date.now()).roles),
          );
          return { accounts, links, assigned, drift };
        }),
      );
    }),
  );

describe("any sequence of SCIM requests over two connections", () => {
  it("leaves the roles that the facts left give, by the reference and by recomputation", async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const { id, tokens } = await organization(server);
        const reference = new Reference();
        const send = client(server, tokens, reference);
        for (const one of sequence) {
          const status = await send(one);
          expect(status, JSON.stringify(one)).toBeLessThan(500);
          reference.apply(one);
        }
        const { links, assigned, drift, accounts } = await inspect(id);
        for (const { gained, lost, changed } of drift) expect([...gained, ...lost, ...changed]).toEqual([]);
        const names = (account: AccountId) =>
          (assigned.get(account) ?? []).map(({ role }) => role as string).sort();
        for (const { account, name, side: where } of links) {
          const wanted = reference.rolesOf(where as Side, Number(name.slice(1)));
          expect(names(account as AccountId), `${where} ${name}`).toEqual(wanted);
        }
        const linked = new Set(links.map((link) => link.account));
        for (const account of accounts.filter((one) => !linked.has(one))) expect(names(account)).toEqual([]);
        const live = reference.users.a.size + reference.users.b.size;
        expect(links).toHaveLength(live);
      }),
      { numRuns: 60 },
    );
  }, 240_000);
});
