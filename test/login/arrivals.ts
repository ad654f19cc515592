/** An organization with 1,000 rules on the groups of its logins, and replies that were verified: what letting in costs. */
import { Effect, Layer } from "effect";
import type { Verified } from "../../connectors/connector.ts";
import type { ApplicationId, JsonObject } from "../../src/domain/index.ts";
import { BadCredentials, FailureLimit } from "../../src/http/index.ts";
import { type Arriving, admit } from "../../src/login/admit.ts";
import { addApplication, newId, Store } from "../../src/store/index.ts";
import { newOrganization, publishRules } from "../support/world.ts";
import { addLogin, groupFact, replyOf } from "../sync/login/support.ts";

const rules = 1_000;
const roles = Array.from({ length: 40 }, (_, at) => `role-${at}`);
const returnTo = "https://shop.acme.test/signed-in";

const limit = FailureLimit.layer().pipe(
  Layer.provide(Layer.succeed(BadCredentials, Number.POSITIVE_INFINITY)),
);

/** Of the groups with these numbers; each has a rule of its own, of the thousand. */
export const reply = (sub: string, groups: ReadonlyArray<number>): Verified => ({
  ...replyOf(sub, sub),
  groups: { groups: groups.map((at) => groupFact(`/group-${at}`)), complete: ["group"], missing: null },
  once: { issuer: "https://login.acme.test", id: newId(), until: Date.now() },
});

/** Gives what lets somebody in by a reply, as the host does. */
export const openArrivals = Effect.gen(function* () {
  const store = yield* Store;
  const { id: organization } = yield* newOrganization();
  const settings: JsonObject = {};
  const connection = yield* addLogin(organization);
  const application = newId<ApplicationId>();
  yield* store.tenant(organization, (tx) =>
    addApplication(tx, { id: application, slug: "shop", name: "shop", returnAddresses: [returnTo] }),
  );
  yield* publishRules(
    organization,
    roles,
    Array.from({ length: rules }, (_, at) => ({
      id: `rule-${at}`,
      when: { externalGroup: { connection: "sso", id: `/group-${at}` } },
      grant: [roles[at % roles.length]],
    })),
  );
  const arriving: Arriving = {
    organization,
    connection,
    settings,
    application,
    returnTo,
    request: newId(),
    countRefusal: Effect.void,
  };
  return (verified: Verified) =>
    admit(arriving, Effect.succeed(verified), () => Effect.void).pipe(
      Effect.flatMap(({ _tag }) =>
        _tag === "Accepted" ? Effect.void : Effect.die(new Error("The reply was refused.")),
      ),
      Effect.provide(limit),
    );
});
