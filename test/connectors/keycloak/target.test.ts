import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { beforeAll } from "vitest";
import type { GroupFact } from "../../../connectors/connector.ts";
import { failed, outcome, somebody, targetContract, withTarget } from "../../contracts/target.ts";
import type { Answer, Asked, Rule } from "../../support/fault-proxy.ts";
import { missing, onRealm } from "./support.ts";

const realm = onRealm(5);
const open = (rule?: Rule, more: Record<string, unknown> = {}) => realm.open(rule, "writer", more);

/** The first request of each method and path that matches is answered so; what is tried again goes through. */
const once = (method: RegExp, path: RegExp, answer: Answer): Rule => {
  const met = new Set<string>();
  return (asked) => {
    const key = `${asked.method} ${asked.path}`;
    if (!method.test(asked.method) || !path.test(asked.path) || met.has(key)) return undefined;
    met.add(key);
    return answer;
  };
};

const writes = /POST|PUT|DELETE/;
const admin = /^\/admin\//;
const busy = (status: number): Answer => ({ status, headers: { "retry-after": "0" } });
const fault = (name: string, method: RegExp, answer: Answer, path = admin) => ({
  name,
  open: Effect.suspend(() => open(once(method, path, answer))),
});
const notFound: Answer = { status: 404, body: '{"error":"Could not find it"}' };
const written = ({ path, method }: Asked) => admin.test(path) && writes.test(method);
const lie = (name: string, answer: Answer, when: (asked: Asked) => boolean) => ({
  name,
  open: open((asked) => (when(asked) ? answer : undefined)),
});

describe.skipIf(missing)("on a real Keycloak", () => {
  const groups: Array<Pick<GroupFact, "id" | "kind">> = [];
  beforeAll(async () => {
    const { admin, name } = realm.ready().realm;
    await admin.realms.update({ realm: name }, { editUsernameAllowed: true });
    const [group] = await admin.groups.find({ search: "core" });
    const role = await admin.roles.findOneByName({ name: "a/b c" });
    const [shop] = await admin.clients.find({ clientId: "shop" });
    const ofClient = await admin.clients.findRole({ id: shop?.id ?? "", roleName: "view/all" });
    groups.push(
      { id: group?.subGroups?.[0]?.id ?? "", kind: "group" },
      { id: role?.id ?? "", kind: "realm-role" },
      { id: ofClient?.id ?? "", kind: "client-role" },
    );
  });
  targetContract("keycloak", {
    open: open(),
    groups: () => groups,
    unknownId: "00000000-0000-4000-8000-000000000000",
    faults: [
      fault("the answer to each write is lost", writes, "lost"),
      fault("the answer to a creation never comes", /POST/, "lost in silence", /users\/?$/),
      fault("a creation is never answered", /POST/, "silence", /users\/?$/),
      fault("each request is not even heard", /./, { status: 503 }),
      fault("429 with a wait", writes, busy(429)),
      fault("503 with a wait", writes, busy(503)),
      fault("502 by something between", /./, { status: 502, body: "<html>" }),
    ],
    lies: [
      lie("404 for everything", notFound, ({ path }) => admin.test(path)),
      lie("404 for all writes by something before Keycloak", { status: 404 }, written),
      lie("a page of HTML with 200 for all writes", { status: 200, body: "<html>Sign in</html>" }, written),
      lie("a redirect for all writes", { status: 302, headers: { location: "/" } }, written),
    ],
  });

  it.live("what nobody named stays: attributes, required actions and a verified email", () =>
    Effect.gen(function* () {
      const { admin, name } = realm.ready().realm;
      const profile = yield* Effect.promise(() => admin.users.getProfile());
      yield* Effect.promise(() =>
        admin.users.updateProfile({ ...profile, unmanagedAttributePolicy: "ENABLED" } as never),
      );
      const { id } = yield* Effect.promise(() =>
        admin.users.create({
          realm: name,
          ...{ username: "kept", email: "kept@acme.test", emailVerified: true, enabled: true },
          ...{ attributes: { floor: ["3"] }, requiredActions: ["UPDATE_PASSWORD"] },
        }),
      );
      const now = () => admin.users.findOne({ id });
      const update = (person: Parameters<typeof somebody>[0]) =>
        withTarget(open(), (target) => target.apply({ _tag: "Update", user: id, person: person ?? {} }));
      yield* update({ givenName: "Ada", active: false });
      const first = yield* Effect.promise(now);
      assert.deepInclude(first, {
        attributes: { floor: ["3"] },
        requiredActions: ["UPDATE_PASSWORD"],
        email: "kept@acme.test",
        emailVerified: true,
        enabled: false,
      });
      yield* update({ email: "Kept@acme.test" });
      assert.strictEqual((yield* Effect.promise(now))?.emailVerified, true, "the same email");
      yield* update({ email: "other@acme.test" });
      const second = yield* Effect.promise(now);
      assert.deepInclude(second, { attributes: { floor: ["3"] }, emailVerified: false, firstName: "Ada" });
    }),
  );

  it.live("what the user profile refuses is named without its value", () =>
    withTarget(open(), (target) =>
      Effect.gen(function* () {
        const person = somebody({ email: "not-an-email", familyName: "<secret>" });
        const failure = yield* failed(target.apply({ _tag: "Create", person }));
        assert.strictEqual(failure?.reason, "refused");
        assert.include(failure?.detail ?? "", "email is not an email address");
        assert.include(failure?.detail ?? "", "lastName has a character that is not accepted");
        assert.notMatch(failure?.detail ?? "", /not-an-email|secret/);
        assert.isEmpty(yield* target.find(person));
      }),
    ),
  );

  it.live("a person whose first answer was lost is named by Already, and is one", () =>
    withTarget(
      Effect.suspend(() => open(once(/POST/, /users\/?$/, "lost"))),
      (target) =>
        Effect.gen(function* () {
          const person = somebody();
          const { _tag, id } = yield* target.apply({ _tag: "Create", person });
          assert.strictEqual(_tag, "Already");
          assert.deepStrictEqual(
            (yield* target.find(person)).map((user) => user.id),
            [id],
          );
        }),
    ),
  );

  it.live("where the email is the user name, the email tells who was created", () =>
    Effect.gen(function* () {
      const { admin, name } = realm.ready().realm;
      const emailAsName = (registrationEmailAsUsername: boolean) =>
        Effect.promise(() => admin.realms.update({ realm: name }, { registrationEmailAsUsername }));
      const person = somebody();
      const lost = Effect.suspend(() => open(once(/POST/, /users\/?$/, "lost")));
      const create = withTarget(lost, (target) => outcome(target.apply({ _tag: "Create", person })));
      yield* Effect.acquireUseRelease(
        emailAsName(true),
        () => Effect.map(create, (came) => assert.strictEqual(came, "Already")),
        () => emailAsName(false),
      );
      // In any other realm somebody of that email is somebody else.
      assert.strictEqual(yield* create, "conflict");
    }),
  );

  it.live("a role renamed between two grants is granted", () =>
    withTarget(open(), (target) =>
      Effect.gen(function* () {
        const { admin } = realm.ready().realm;
        yield* Effect.promise(() => admin.roles.create({ name: "before" }));
        const { id = "" } =
          (yield* Effect.promise(() => admin.roles.findOneByName({ name: "before" }))) ?? {};
        const group = { id, kind: "realm-role" } as const;
        const grant = Effect.gen(function* () {
          const { id: user } = yield* target.apply({ _tag: "Create", person: somebody() });
          return yield* outcome(target.apply({ _tag: "Join", user, group }));
        });
        assert.strictEqual(yield* grant, "Changed");
        yield* Effect.promise(() => admin.roles.updateById({ id }, { name: "after" }));
        assert.strictEqual(yield* grant, "Changed");
        yield* Effect.promise(() => admin.roles.delById({ id }));
        assert.strictEqual(yield* grant, "missing");
      }),
    ),
  );

  it.live("granting what is held, and joining where one is, sends no write", () =>
    withTarget(open(), (target) =>
      Effect.gen(function* () {
        const { id: user } = yield* target.apply({ _tag: "Create", person: somebody() });
        const join = Effect.forEach(groups, (group) => target.apply({ _tag: "Join", user, group }));
        yield* join;
        const sent: Array<string> = [];
        realm.ready().proxy.set(({ method, path }) => {
          if (writes.test(method)) sent.push(path);
          return undefined;
        });
        assert.deepStrictEqual(
          (yield* join).map(({ _tag }) => _tag),
          ["Already", "Already", "Already"],
        );
        assert.isEmpty(sent.filter((path) => admin.test(path)));
      }),
    ),
  );

  it.live("roles of other kinds, the default role and client roles that are not read are not written", () =>
    Effect.gen(function* () {
      const { admin, name } = realm.ready().realm;
      const fallback = yield* Effect.promise(() =>
        admin.roles.findOneByName({ name: `default-roles-${name.toLowerCase()}` }),
      );
      const [, role, ofClient] = groups;
      const { id: user } = yield* withTarget(open(), (target) =>
        target.apply({ _tag: "Create", person: somebody() }),
      );
      const join = (id = "", kind: GroupFact["kind"], more = {}) =>
        withTarget(open(undefined, more), (target) =>
          outcome(target.apply({ _tag: "Join", user, group: { id, kind } })),
        );
      assert.strictEqual(yield* join(role?.id, "client-role"), "missing");
      assert.strictEqual(yield* join(ofClient?.id, "realm-role"), "missing");
      assert.strictEqual(yield* join(role?.id, "group"), "missing");
      assert.strictEqual(yield* join(fallback?.id, "realm-role"), "refused");
      assert.strictEqual(yield* join(ofClient?.id, "client-role", { clientRoles: false }), "refused");
    }),
  );

  it.live("a role held through a group counts as held where roles are read effectively", () =>
    Effect.gen(function* () {
      const { admin } = realm.ready().realm;
      const [group, role] = groups;
      if (group === undefined || role === undefined) return yield* Effect.die("groups");
      const { id } = yield* Effect.promise(() => admin.groups.create({ name: crypto.randomUUID() }));
      yield* Effect.promise(() =>
        admin.groups.addRealmRoleMappings({ id, roles: [{ id: role.id, name: "a/b c" }] }),
      );
      const join = (more: Record<string, unknown>) =>
        withTarget(open(undefined, more), (target) =>
          Effect.gen(function* () {
            const { id: user } = yield* target.apply({ _tag: "Create", person: somebody() });
            yield* target.apply({ _tag: "Join", user, group: { id, kind: "group" } });
            return yield* outcome(target.apply({ _tag: "Join", user, group: role }));
          }),
        );
      assert.strictEqual(yield* join({ effectiveRoles: true }), "Already");
      assert.strictEqual(yield* join({}), "Changed");
    }),
  );

  it.live("who may only read is told what is missing, before and when they write", () =>
    Effect.gen(function* () {
      const lacks = (client: string) =>
        withTarget(realm.open(undefined, client), (target) => target.lacks ?? Effect.die("lacks"));
      assert.isEmpty(yield* lacks("writer"));
      const missed = yield* lacks("reader");
      assert.lengthOf(missed, 3);
      for (const { remedy } of missed) assert.include(remedy, "manage-users");
      const failure = yield* withTarget(realm.open(undefined, "reader"), (target) =>
        failed(target.apply({ _tag: "Create", person: somebody() })),
      );
      assert.strictEqual(failure?.reason, "forbidden");
      assert.include(failure?.detail ?? "", "manage-users");
    }),
  );
});
