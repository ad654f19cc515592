/** What the tests of people's decisions share: a server with a mapping, questions, and time that has passed. */
import { Effect } from "effect";
import { sql } from "kysely";
import { findOrganization, Store } from "../../../src/store/index.ts";
import { sweep, workPending } from "../../../src/sync/index.ts";
import { dataOf } from "../../graphql/support.ts";
import type { TestServer } from "../../support/server.ts";

export const openPeople = (server: TestServer) => {
  const { organization } = server.quickStart;
  const acme = `organization: "${organization}"`;
  const change = (mutation: string, token?: string) => server.graphql(`mutation { ${mutation} }`, {}, token);
  const read = async (field: string, token?: string) =>
    dataOf(await server.graphql(`{ organization(slug: "${organization}") { ${field} } }`, {}, token))
      .organization;
  const explained = async (name: string) =>
    (
      await read(
        `explain(name: "${name}") { account { id active activeBecause exclusions { role operator note }
          roles { role scope reasons { rule because connection operator note until } } } }`,
      )
    ).explain[0]?.account;
  const inTenant = <A>(query: ReturnType<typeof sql>) =>
    server.run(
      Effect.gen(function* () {
        const store = yield* Store;
        const found = yield* findOrganization(organization);
        if (found === undefined) return yield* Effect.die("no organization");
        return yield* store.tenant(found.id, (tx) =>
          Effect.promise(async () => (await query.execute(tx.db)).rows as ReadonlyArray<A>),
        );
      }),
    );
  return {
    acme,
    change,
    /** The same, and it must go well. */
    done: async (mutation: string, token?: string) => dataOf(await change(mutation, token)),
    read,
    explained,
    inTenant,
    rolesOf: async (name: string): Promise<ReadonlyArray<string>> =>
      ((await explained(name))?.roles ?? []).map(({ role, scope }: { role: string; scope: string }) =>
        scope === "" ? role : `${role}@${scope}`,
      ),
    eventsOf: async (subject?: string): Promise<ReadonlyArray<string>> =>
      (
        await read(`events(first: 100${subject === undefined ? "" : `, subject: "${subject}"`}) { type }`)
      ).events.map(({ type }: { type: string }) => type),
    publish: async (rules: string) => {
      dataOf(await change(`draftMapping(${acme}, document: { rules: ${rules} }) { version }`));
      dataOf(await change(`publishMapping(${acme}, apply: true) { version }`));
    },
    /** What was to end some time from now ends now. */
    passTime: async () => {
      for (const table of ["role_grant", "exclusion", "invitation"])
        await inTenant(
          sql`update ${sql.table(table)} set expires_at = now() - interval '1 second' where expires_at is not null`,
        );
      await server.run(
        Effect.gen(function* () {
          yield* sweep();
          const found = yield* findOrganization(organization);
          if (found !== undefined) yield* workPending(found.id);
        }),
      );
    },
  };
};
