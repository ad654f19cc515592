/** Any sequence of changes does to a realm what it does to the directory in memory, whether answers are lost or not. */
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import fc from "fast-check";
import { beforeAll } from "vitest";
import type { Applied, Change, ConnectorFailure, GroupFact, Target } from "../../../connectors/connector.ts";
import { type Directory, openDirectory } from "../../../connectors/memory/index.ts";
import { withTarget } from "../../contracts/target.ts";
import type { Rule } from "../../support/fault-proxy.ts";
import { missing, onRealm } from "./support.ts";

const realm = onRealm(1, 2);

const name = fc.constantFrom("ada", "ADA", "grace", "joan");
const maybe = <A>(value: fc.Arbitrary<A>) => fc.option(value, { nil: undefined });
const person = fc.record({
  userName: maybe(name),
  email: maybe(fc.option(name, { nil: null })),
  givenName: maybe(fc.constantFrom("Ada", "Grace", null)),
  familyName: maybe(fc.constantFrom("King", null)),
  active: maybe(fc.boolean()),
});
/** Of whom and of what: by their place among those met so far. */
const step = fc.record({
  tag: fc.constantFrom("Create", "Create", "Update", "Update", "Join", "Join", "Join", "Leave", "Remove"),
  who: fc.nat(5),
  group: fc.nat(2),
  person,
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const changeOf = (
  { tag, who, group, person: drawn }: Step,
  run: string,
  met: ReadonlyArray<string>,
  groups: ReadonlyArray<GroupFact>,
): Change => {
  const user = met[who % Math.max(met.length, 1)] ?? "nobody";
  const { userName, email, ...rest } = JSON.parse(JSON.stringify(drawn));
  const named = {
    ...rest,
    ...(userName === undefined ? {} : { userName: `${run}-${userName}` }),
    ...(email === undefined ? {} : { email: email && `${run}-${email}@acme.test` }),
  };
  switch (tag) {
    case "Create":
      return { _tag: "Create", person: { userName: `${run}-ada`, ...named } };
    case "Update":
      return { _tag: "Update", user, person: named };
    case "Remove":
      return { _tag: "Remove", user };
    default:
      return { _tag: tag === "Join" ? "Join" : "Leave", user, group: groups[group % groups.length] ?? none };
  }
};
const none = { id: "nothing", kind: "group" } as const;

/** What each change came to, and everybody at the end, in words that both systems share. */
const played = (target: Target, steps: ReadonlyArray<Step>, run: string, groups: ReadonlyArray<GroupFact>) =>
  Effect.gen(function* () {
    const met: Array<string> = [];
    const came: Array<string> = [];
    for (const each of steps) {
      const applied: Effect.Effect<Applied, ConnectorFailure> = target.apply(
        changeOf(each, run, met, groups),
      );
      const result = yield* Effect.result(applied);
      came.push(result._tag === "Success" ? result.success._tag : result.failure.reason);
      if (result._tag === "Success" && !met.includes(result.success.id)) met.push(result.success.id);
    }
    const ours = new Set(groups.map(({ id }) => id));
    const end: Array<unknown> = [];
    for (const id of met) {
      const answer = yield* target.one(id);
      if (answer._tag === "Gone") end.push("gone");
      else
        end.push({
          resource: JSON.parse(JSON.stringify(answer.user.resource).toLowerCase()),
          in: answer.groups.flatMap((group) => (ours.has(group.id) ? [group.id] : [])).sort(),
        });
    }
    return { came, end };
  });

/** Loses the first answer to every third write. */
const lossy = (): Rule => {
  const seen = new Map<string, number>();
  let writes = 0;
  return ({ method, path }) => {
    if (method === "GET" || !path.startsWith("/admin/")) return undefined;
    const key = `${method} ${path}`;
    writes += 1;
    if (writes % 3 !== 0 || (seen.get(key) ?? -9) >= writes - 1) return undefined;
    seen.set(key, writes);
    return "lost";
  };
};

describe.skipIf(missing)("against the directory in memory", () => {
  const groups: Array<GroupFact> = [];
  beforeAll(async () => {
    const { admin, name: realmName } = realm.ready().realm;
    await admin.realms.update({ realm: realmName }, { editUsernameAllowed: true });
    const team = (await admin.groups.find({ search: "team1" }))[0]?.id ?? "";
    const auditor = (await admin.roles.findOneByName({ name: "auditor" }))?.id ?? "";
    const shop = (await admin.clients.find({ clientId: "shop" }))[0]?.id ?? "";
    const editor = (await admin.clients.findRole({ id: shop, roleName: "editor" }))?.id ?? "";
    const fact = (id: string, kind: GroupFact["kind"]): GroupFact => ({
      _tag: "Group",
      id,
      kind,
      name: id,
      parent: null,
    });
    groups.push(fact(team, "group"), fact(auditor, "realm-role"), fact(editor, "client-role"));
  });

  const both = (steps: ReadonlyArray<Step>, rule: Rule | undefined) => {
    const run = crypto.randomUUID().slice(0, 8);
    // In the memory directory nobody at all cannot be told from everybody hidden.
    const witness = { _tag: "User", id: "witness", resource: { userName: "witness" } } as const;
    const directory: Directory = { users: [witness], groups, memberships: [], identity: "memory" };
    return Effect.all({
      here: withTarget(openDirectory(directory), (target) => played(target, steps, run, groups)),
      there: withTarget(realm.open(rule, "writer"), (target) => played(target, steps, run, groups)),
    });
  };
  const steps = fc.array(step, { minLength: 4, maxLength: 25 });

  it("does the same and says the same", async () => {
    const property = fc.asyncProperty(steps, async (drawn) => {
      const { here, there } = await Effect.runPromise(both(drawn, undefined));
      assert.deepStrictEqual(there, here);
    });
    await fc.assert(property, { numRuns: 40 });
  }, 180_000);

  it("comes to the same end when answers are lost", async () => {
    const property = fc.asyncProperty(steps, async (drawn) => {
      const { here, there } = await Effect.runPromise(both(drawn, lossy()));
      assert.deepStrictEqual(there.end, here.end);
      // What was lost may have been so already when it was asked again; nothing else may differ.
      const same = (came: ReadonlyArray<string>) =>
        came.map((each) => (each === "Changed" || each === "Already" ? "so" : each));
      assert.deepStrictEqual(same(there.came), same(here.came));
    });
    await fc.assert(property, { numRuns: 20 });
  }, 180_000);
});
