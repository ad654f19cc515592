/** Merging and splitting while sources change the people concerned, on a real PostgreSQL. */
import { Clock, Effect } from "effect";
import { describe, expect, it } from "vitest";
import { desiredRoles, difference } from "../../../src/mapping/index.ts";
import {
  findOrganization,
  listAccounts,
  loadAssignments,
  loadFacts,
  Store,
} from "../../../src/store/index.ts";
import { publishedMapping, workPending } from "../../../src/sync/index.ts";
import { hasPostgres, newDatabase, postgresMissing } from "../../support/engines.ts";
import { startServer } from "../../support/server.ts";
import { openPeople } from "./support.ts";

const server = hasPostgres ? await startServer({}, (await newDatabase(10)).location) : undefined;

describe.skipIf(server === undefined)(`at the same time, on PostgreSQL ${postgresMissing}`, () => {
  if (server === undefined) return;
  const { acme, change, done, explained, publish } = openPeople(server);
  const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
  const groupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
  const user = async (userName: string, token?: string): Promise<string> =>
    (await server.scim("POST", "/Users", { schemas: [userUrn], userName }, token)).body.id;
  const group = async (member: string, token?: string): Promise<string> =>
    (
      await server.scim(
        "POST",
        "/Groups",
        { schemas: [groupUrn], displayName: "Staff", members: [{ value: member }] },
        token,
      )
    ).body.id;

  /** What every account has more or less than its facts give. */
  const drift = () =>
    server.run(
      Effect.gen(function* () {
        const store = yield* Store;
        const found = yield* findOrganization(server.quickStart.organization);
        if (found === undefined) return yield* Effect.die("no organization");
        yield* workPending(found.id);
        return yield* store.tenant(
          found.id,
          Effect.fnUntraced(function* (tx) {
            const ids = (yield* listAccounts(tx, 500)).map(({ id }) => id);
            const { mapping } = yield* publishedMapping(tx);
            const has = yield* loadAssignments(tx, ids);
            const now = yield* Clock.currentTimeMillis;
            return (yield* loadFacts(tx, ids)).flatMap((facts) => {
              const { gained, lost } = difference(
                has.get(facts.account) ?? [],
                desiredRoles(facts, mapping, now).roles,
              );
              return [...gained, ...lost];
            });
          }),
        );
      }),
    );

  it("leaves no role that the facts left do not give, whoever comes first", async () => {
    await done(`createRole(${acme}, key: "staff") { key }`);
    await publish('[{ id: "staff", when: { groupName: { equals: "Staff" } }, grant: ["staff"] }]');
    // Else the guard adds up the groups deleted here and holds the last of them.
    await done(`setGuard(${acme}, enabled: false) { set }`);
    await done(`addConnection(${acme}, kind: SCIM, slug: "second") { id }`);
    const made = await done(`createScimToken(${acme}, connection: "second", label: "test") { token }`);
    const second: string = made.createScimToken.token;
    for (let at = 0; at < 12; at += 1) {
      const [one, other] = [`one-${at}`, `other-${at}`];
      await user(one);
      const moved = await user(other, second);
      const staff = await group(moved, second);
      const merge = `mergeAccounts(${acme}, account: "${one}", other: "${other}", apply: true) { done }`;
      const [merged] = await Promise.all([
        change(merge),
        server.scim("DELETE", `/Groups/${staff}`, undefined, second),
      ]);
      expect(merged.body.errors).toBeUndefined();
      expect(await drift()).toEqual([]);
      const { id } = await explained(one);
      const [parted] = await Promise.all([
        change(`splitAccount(${acme}, account: "${id}", user: "${moved}", apply: true) { accountId }`),
        group(moved, second),
      ]);
      expect(parted.body.errors).toBeUndefined();
      expect(await drift()).toEqual([]);
      expect((await explained(other)).roles.map(({ role }: { role: string }) => role)).toEqual(["staff"]);
    }
  }, 120_000);
});
