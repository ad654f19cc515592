/** Whoever comes by a login and is called like somebody known: never joined by it, never let past a deactivation. */
import { Effect } from "effect";
import { describe, expect } from "vitest";
import { type InvitationId, type OrganizationId, systemOrigin } from "../../../src/domain/index.ts";
import {
  addInvitation,
  type ExceptionRow,
  listOpenExceptions,
  newId,
  recordEvent,
  resolveException,
} from "../../../src/store/index.ts";
import { NotWelcome } from "../../../src/sync/index.ts";
import { engines } from "../../support/engines.ts";
import { suiteOn } from "../../support/suite.ts";
import { publishRules } from "../../support/world.ts";
import { accountOf, addScim, inTenant, newOrganization, role, rolesOf, state } from "../push/support.ts";
import { addLogin, arrive, replyOf } from "./support.ts";

const withSso = Effect.fnUntraced(function* (same: boolean) {
  const organization = yield* newOrganization;
  const okta = yield* addScim(organization);
  const sso = yield* addLogin(organization, {}, same ? "okta" : undefined);
  return { organization, okta, sso };
});

const open = (organization: OrganizationId) => inTenant(organization, (tx) => listOpenExceptions(tx, 50));

const about = (all: ReadonlyArray<ExceptionRow>) =>
  all.map(({ kind, subjectKind, subjectId }) => [kind, subjectKind, subjectId]);

for (const engine of engines) {
  describe(`a login of somebody who is called like one known, on ${engine.name}`, () => {
    const it = suiteOn(engine, [], 120_000);

    for (const same of [false, true]) {
      const where = same ? "one declared directory" : "directories of their own";

      it(`is refused where that one was deactivated, in ${where}`, () =>
        Effect.gen(function* () {
          const { organization, okta, sso } = yield* withSso(same);
          const user = yield* state(organization, okta, "ada", { active: false });
          const account = yield* accountOf(organization, user);
          for (const reply of [
            replyOf("s-1", "Ada"),
            replyOf("s-2", "x", { unproven: "ADA" }),
            replyOf("s-3", "ada"),
          ]) {
            const refused = yield* arrive(organization, sso, reply);
            expect(refused).toBeInstanceOf(NotWelcome);
            expect(refused).toMatchObject({ check: "active" });
          }
          // However often and by whomever it is tried.
          expect(about(yield* open(organization))).toEqual([["ambiguous-correlation", "account", account]]);
          // Nobody else is kept out by it.
          expect(yield* arrive(organization, sso, replyOf("s-4", "bob"))).toHaveProperty("account");
        }));

      it(`gets an account of its own where that one is active, and a person is asked, in ${where}`, () =>
        Effect.gen(function* () {
          const { organization, okta, sso } = yield* withSso(same);
          const user = yield* state(organization, okta, "ada");
          const account = yield* accountOf(organization, user);
          const came = yield* arrive(organization, sso, replyOf("s-1", "ada"));
          if (came instanceof NotWelcome) return yield* came;
          expect(came.account).not.toBe(account);
          const [asked, ...others] = yield* open(organization);
          expect(others).toEqual([]);
          expect(asked).toMatchObject({ kind: "ambiguous-correlation", subjectId: came.user });
          expect(asked?.detail).toMatchObject({ candidates: [{ account, via: "user-name" }] });
          // Whoever came first by that name keeps nobody out who comes by it later.
          const second = yield* arrive(organization, sso, replyOf("s-2", "ada"));
          expect(second).toHaveProperty("account");
        }));
    }

    it("is let in beside them once a person has decided, and nobody else by that", () =>
      Effect.gen(function* () {
        const { organization, okta, sso } = yield* withSso(true);
        yield* state(organization, okta, "ada", { active: false });
        yield* arrive(organization, sso, replyOf("s-1", "ada"));
        const [asked] = yield* open(organization);
        yield* inTenant(organization, (tx) => resolveException(tx, asked?.id ?? ""));
        expect(yield* arrive(organization, sso, replyOf("s-2", "ada"))).toBeInstanceOf(NotWelcome);
        expect(yield* arrive(organization, sso, replyOf("s-1", "ada"))).toHaveProperty("account");
      }));

    it("uses no invitation and is not found by an address that nobody vouches for", () =>
      Effect.gen(function* () {
        const { organization, sso } = yield* withSso(false);
        yield* publishRules(organization, ["auditor"], []);
        yield* inTenant(
          organization,
          Effect.fnUntraced(function* (tx) {
            const subject = { kind: "organization", id: organization };
            const cause = yield* recordEvent(tx, { type: "invited", origin: systemOrigin, subject });
            yield* addInvitation(tx, {
              ...{
                id: newId<InvitationId>(),
                role: role("auditor"),
                scope: "",
                reason: "",
                cause,
                expiresAt: null,
              },
              ...{ emailKey: "grace@acme.test", domain: "acme.test" },
            });
          }),
        );
        const guest = replyOf("s-1", "grace@acme.test", { unproven: "grace@acme.test" });
        expect(yield* arrive(organization, sso, guest)).toHaveProperty("account");
        expect(yield* rolesOf(organization)).toEqual([]);
        // With one that is vouched for it is used.
        const grace = replyOf("s-2", "grace");
        const resource = { ...grace.user.resource, emails: [{ value: "grace@acme.test", primary: true }] };
        yield* arrive(organization, sso, { ...grace, user: { ...grace.user, resource } });
        expect(yield* rolesOf(organization)).toHaveLength(1);
      }));
  });
}
