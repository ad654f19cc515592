/** Invariant 1, derivation, over HTTP: whatever is sent, assignments are what the facts left give. */
import { Effect, Redacted } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AccountId,
  type ConnectionId,
  type OrganizationId,
  systemOrigin,
} from "../../src/domain/index.ts";
import { desiredRoles, difference } from "../../src/mapping/index.ts";
import { loadAssignments, loadFacts, Store, updateConnection } from "../../src/store/index.ts";
import { publishedMapping } from "../../src/sync/index.ts";
import { createScimToken } from "../../src/tenancy/index.ts";
import { startServer } from "../support/server.ts";
import { newOrganization, publishRules } from "../support/world.ts";
import { type Command, Reference, roles, rules, type Side } from "./reference.ts";

const server = await startServer();

const organization = () =>
  server.run(
    Effect.gen(function* () {
      const store = yield* Store;
      const { id, connections } = yield* newOrganization("a", "b");
      yield* publishRules(id, roles, rules);
      const [a, b] = connections as [ConnectionId, ConnectionId];
      const token = (connection: ConnectionId) =>
        store.tenant(id, (tx) =>
          createScimToken(tx, { connection, label: "test", expiresAt: null }, systemOrigin),
        );
      yield* store.tenant(id, (tx) => updateConnection(tx, b, { directoryId: a }));
      const tokens = {
        a: Redacted.value((yield* token(a)).token),
        b: Redacted.value((yield* token(b)).token),
      };
      return { id, tokens };
    }),
  );

const user = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"] };
const group = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"] };
const patch = (...operations: ReadonlyArray<object>) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: operations,
});

/** Sends commands as SCIM requests and remembers the ids that came back. */
const client = (tokens: Record<Side, string>, reference: Reference) => {
  const ids = { a: new Map<string, string>(), b: new Map<string, string>() };
  const values = (side: Side, people: ReadonlyArray<number>) =>
    reference.known(side, people).map((person) => ({ value: ids[side].get(`u${person}`) }));
  const operation = (command: Command): object => {
    if (command.do === "active") return { op: "replace", path: "active", value: command.active };
    if (command.do === "rename") return { op: "replace", path: "displayName", value: `G${command.to}` };
    if (command.do !== "add" && command.do !== "remove" && command.do !== "replace") return {};
    return { op: command.do, path: "members", value: values(command.side, command.people) };
  };
  const create = async (side: Side, path: string, key: string, body: object) => {
    const answer = await server.scim("POST", path, body, tokens[side]);
    if (answer.status === 201) ids[side].set(key, answer.body.id);
    return answer.status;
  };
  return async (command: Command): Promise<number> => {
    const { side } = command;
    if (command.do === "create") {
      return create(side, "/Users", `u${command.person}`, { ...user, userName: `p${command.person}` });
    }
    if (command.do === "create-group") {
      if (ids[side].has(`g${command.group}`)) return 200;
      return create(side, "/Groups", `g${command.group}`, { ...group, displayName: `G${command.group}` });
    }
    const key = "person" in command ? `u${command.person}` : `g${command.group}`;
    const path = `${"person" in command ? "/Users" : "/Groups"}/${ids[side].get(key) ?? "none"}`;
    if (command.do === "delete" || command.do === "delete-group") {
      ids[side].delete(key);
      return (await server.scim("DELETE", path, undefined, tokens[side])).status;
    }
    // An empty value list is refused, not taken for "everyone".
    if ("people" in command && command.do !== "replace" && values(side, command.people).length === 0)
      return 200;
    return (await server.scim("PATCH", path, patch(operation(command)), tokens[side])).status;
  };
};

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

const side = fc.constantFrom<Side>("a", "b");
const person = fc.integer({ min: 0, max: 2 });
const people = fc.array(person, { maxLength: 3 });
const number = fc.integer({ min: 0, max: 3 });

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("create" as const), side, person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), side, person }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("active" as const), side, person, active: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("create-group" as const), side, group: number }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete-group" as const), side, group: number }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("rename" as const), side, group: number, to: number }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("add" as const, "add" as const, "remove" as const, "replace" as const),
      side,
      group: number,
      people,
    }),
  },
);

/** Everyone exists on both sides: without this, few random sequences would ever touch a role. */
const populated: ReadonlyArray<Command> = (["a", "b"] as const).flatMap((where) => [
  ...[0, 1, 2].map((one): Command => ({ do: "create", side: where, person: one })),
  ...[0, 1, 2, 3].map((one): Command => ({ do: "create-group", side: where, group: one })),
]);

/** Every command may be sent again at once, as senders do that lost the answer. */
const commands = fc
  .tuple(fc.boolean(), fc.array(fc.tuple(command, fc.boolean()), { minLength: 8, maxLength: 30 }))
  .map(([empty, all]) => [
    ...(empty ? [] : populated),
    ...all.flatMap(([one, twice]) => (twice ? [one, one] : [one])),
  ]);

describe("any sequence of SCIM requests over two connections", () => {
  it("leaves the roles that the facts left give, by the reference and by recomputation", async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        const { id, tokens } = await organization();
        const reference = new Reference();
        const send = client(tokens, reference);
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
