/** One organization, one group of it and one member, each by id; and whether there can be any at all. */
import { Effect, Schema } from "effect";
import { ConnectorFailure } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { absent, shown } from "../failure.ts";
import { forbidden, naming, remedies } from "../lack.ts";
import { findUser } from "../users.ts";
import { Count, Identified } from "../wire.ts";
import { Organization, type PlacedGroup } from "./wire.ts";

/** A refusal names the role that organizations are read with. */
export const needed = Effect.mapError(naming(remedies.viewOrganizations));

/** Not `Absent`: that they are switched off says of no organization that it is gone. */
const switchedOff = new ConnectorFailure({
  reason: "refused",
  detail: `This realm has its organizations switched off, so nothing is known of them. ${remedies.organizationsOn}`,
});

/** Of addresses that name no organization: 404 there can only mean that there are none to be had. */
export const whereSwitchedOn = <A>(look: Effect.Effect<A, ConnectorFailure>) =>
  Effect.catchIf(look, absent, () => Effect.fail(switchedOff));

/** The library has no method for it; the word stands in the place of an id. */
export const organizationCount = (ask: Ask) =>
  ask("the number of organizations", Count, ({ organizations }) =>
    organizations.findOne({ id: "count" }),
  ).pipe(whereSwitchedOn, needed);

export const findOrganization = (ask: Ask, id: string) =>
  needed(ask(`organization ${shown(id)}`, Organization, (client) => client.organizations.findOne({ id })));

export const findOrganizationGroup = (ask: Ask, { organization, group }: PlacedGroup) =>
  needed(
    ask(`group ${shown(group)} of an organization`, Identified, (client) =>
      client.organizations.groups(organization).findOne({ id: group }),
    ),
  );

/** Organizations are counted, and where there is any, one is found by id: then "not found" for another can be believed. */
export const organizationCanary = Effect.fn("keycloak.organizationCanary")(function* (ask: Ask) {
  const count = yield* organizationCount(ask);
  if (count === 0) return;
  const [first] = yield* ask("any organization", Schema.Array(Identified), ({ organizations }) =>
    organizations.find({ first: 0, max: 1 }),
  );
  if (first === undefined)
    return yield* forbidden(
      `Keycloak counts ${count} organizations and lists none.`,
      remedies.viewOrganizations,
    );
  yield* findOrganization(ask, first.id);
});

const moved = new ConnectorFailure({
  reason: "conflict",
  detail:
    "Organizations changed while those of a user were asked for. Nothing was concluded; they are asked again.",
});

/** Of one person, disabled organizations too. Keycloak gives them in one answer, whatever page is asked for. */
export const organizationsOf = (ask: Ask, userId: string) =>
  ask("organizations of a user", Schema.Array(Organization), (client) =>
    client.organizations.memberOrganizations({ userId }),
  ).pipe(
    needed,
    // 404 for organizations that are switched off as for the person: only the person's own absence may be taken for it.
    Effect.catchIf(absent, () =>
      Effect.andThen(organizationCount(ask), Effect.andThen(findUser(ask, userId), moved)),
    ),
  );

/** Fails with `Absent` where there is no such organization, and where this person is not in it. */
export const isMember = (ask: Ask, orgId: string, userId: string) =>
  needed(
    ask("a member of an organization", Identified, (client) =>
      client.organizations.getMember({ orgId, userId }),
    ),
  );
