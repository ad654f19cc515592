/**
 * Writing people and what they are in to a realm. Owns which requests make a change and what Keycloak's answers say
 * of it; which change is to be made is decided by whoever asks.
 */
import { Effect } from "effect";
import { type Change, ConnectorFailure, type Target } from "../../connector.ts";
import { find } from "./find.ts";
import { joinGroup, leaveGroup } from "./group.ts";
import { create, defaultGroups, emailIsName, remove, update } from "./people.ts";
import { makePlace, type Needs, type Place } from "./place.ts";
import { lacks } from "./rights.ts";
import { grantRole, revokeRole } from "./role.ts";

const onlyRead = new ConnectorFailure({
  reason: "refused",
  detail:
    "Keycloak's organizations and their groups are only read, never written. Write to a group of the realm.",
});

const inOrOut = (place: Place, change: Extract<Change, { _tag: "Join" | "Leave" }>) => {
  const joins = change._tag === "Join";
  switch (change.group.kind) {
    case "group":
      return joins ? joinGroup(place, change) : leaveGroup(place, change);
    case "realm-role":
    case "client-role":
      return joins ? grantRole(place, change) : revokeRole(place, change);
    case "organization":
    case "organization-group":
      return Effect.fail(onlyRead);
  }
};

const applied = (place: Place, change: Change) => {
  switch (change._tag) {
    case "Create":
      return create(place, change.person);
    case "Update":
      return update(place, change);
    case "Remove":
      return remove(place, change.user);
    case "Join":
    case "Leave":
      return inOrOut(place, change);
  }
};

export const makeTarget = (needs: Needs, same: Pick<Target, "identity" | "one">) =>
  Effect.map(
    makePlace(needs),
    (place): Target => ({
      ...same,
      startsIn: defaultGroups(needs),
      isNamedByEmail: emailIsName(needs),
      find: find(needs.ask),
      apply: (change) => applied(place, change),
      lacks: lacks(needs.ask),
    }),
  );
