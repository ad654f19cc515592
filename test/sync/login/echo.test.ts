/** What we wrote where people sign in is no reason there, however the connection that wrote it is set by then. */
import { Effect } from "effect";
import { describe, expect } from "vitest";
import type { PushSettings } from "../../../src/domain/index.ts";
import { groupsHeld, updateConnection } from "../../../src/store/index.ts";
import { NotWelcome } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { fromGroup, newAcme, withAda } from "../push/acme.ts";
import {
  converge,
  enforce,
  inTenant,
  intentsOf,
  pushed,
  type Realm,
  state,
  testConnector,
} from "../push/support.ts";
import { addLogin, arrive, groupFact, replyOf } from "./support.ts";

const address = { baseUrl: "https://login.acme.test", realm: "acme" };
const issuer = "https://login.acme.test/realms/acme";
const roles = [pushed("developer", "devs")];
const writing = { creates: "with-roles", leaving: "disable", roles } as const;

const rules = [fromGroup("okta", "eng", "developer"), fromGroup("sso", "devs", "developer")];

/** Ada of Okta's engineers is written into the realm, at which people sign in. */
const written = Effect.fnUntraced(function* (
  login: { readonly same?: string; readonly issuer?: string } = {},
) {
  const acme = yield* withAda(yield* newAcme(["devs"], ["developer"], rules), writing);
  const { organization, realm } = acme;
  yield* inTenant(organization, (tx) =>
    updateConnection(tx, realm.connection, { settings: { upstream: realm.upstream, ...address } }),
  );
  const sso = yield* addLogin(organization, { issuer: login.issuer ?? issuer }, login.same);
  return { ...acme, sso };
});

type Written = Effect.Success<ReturnType<typeof written>>;

/** What a login is heard to say, which says what stands in the realm. */
const heard = Effect.fnUntraced(function* ({ organization, sso }: Written) {
  const groups = { groups: [groupFact("devs")], complete: ["group" as const], missing: null };
  const came = yield* arrive(organization, sso, replyOf("s-1", "a.lee", { groups }));
  if (came instanceof NotWelcome) return yield* came;
  const held = yield* inTenant(organization, (tx) => groupsHeld(tx, came.user));
  return { groups: held.length, missing: came.missing };
});

const living = (realm: Realm) =>
  Effect.map(intentsOf(realm), (all) =>
    all.filter(({ fact, state: now }) => fact === "membership" && now === "held"),
  );

const enable = ({ organization, realm }: Written, enabled: boolean) =>
  inTenant(organization, (tx) => updateConnection(tx, realm.connection, { enabled }));

const mode = ({ realm }: Written, to: "observe" | "enforce", more: Partial<PushSettings> = {}) =>
  enforce(realm, { ...writing, ...more }, to);

for (const engine of engines) {
  describe(`a login where we wrote, on ${engine.name}`, () => {
    const it = suiteOn(engine, [testConnector], 120_000);

    it("takes no groups while the connection writes, nor once it only observes", () =>
      Effect.gen(function* () {
        const world = yield* written();
        expect(yield* living(world.realm)).toHaveLength(1);
        expect(yield* heard(world)).toEqual({
          groups: 0,
          missing: expect.stringContaining("kc writes them"),
        });
        yield* mode(world, "observe");
        expect(yield* heard(world)).toEqual({
          groups: 0,
          missing: expect.stringContaining("kc wrote there"),
        });
      }));

    it("takes none once the connection is disabled", () =>
      Effect.gen(function* () {
        const world = yield* written();
        yield* enable(world, false);
        expect(yield* heard(world)).toEqual({
          groups: 0,
          missing: expect.stringContaining("kc wrote there"),
        });
      }));

    it("takes none where no role is to be written any more, until what was written is taken back", () =>
      Effect.gen(function* () {
        const world = yield* written();
        yield* mode(world, "enforce", { roles: [] });
        expect(yield* heard(world)).toEqual({
          groups: 0,
          missing: expect.stringContaining("kc wrote there"),
        });
        yield* mode(world, "enforce");
        yield* state(world.organization, world.okta, "ada");
        yield* converge([world.realm], 2);
        expect(yield* living(world.realm)).toEqual([]);
        yield* mode(world, "observe");
        expect(yield* heard(world)).toEqual({ groups: 1, missing: null });
      }));

    it("takes none where the two are one directory by another address and the one that wrote is disabled", () =>
      Effect.gen(function* () {
        const world = yield* written({ same: "kc", issuer: "https://other.acme.test" });
        expect((yield* heard(world)).missing).toContain("told by the connection kc");
        yield* enable(world, false);
        expect(yield* heard(world)).toEqual({
          groups: 0,
          missing: expect.stringContaining("kc wrote there"),
        });
      }));

    it("takes all at another provider", () =>
      Effect.gen(function* () {
        const world = yield* written({ issuer: "https://other.acme.test/realms/acme" });
        expect(yield* heard(world)).toEqual({ groups: 1, missing: null });
      }));
  });
}
