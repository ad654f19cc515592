/** What changes cannot tell of this realm, found in its own settings, and what tells it all the same. */
import { Effect, Schema } from "effect";
import type { BlindSpot, ConnectorFailure } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { shown } from "../failure.ts";
import { remedies } from "../lack.ts";
import { organizationCount } from "../organizations/index.ts";
import type { Settings } from "../settings.ts";
import { overlapMillis } from "./log.ts";
import { recorded } from "./settings.ts";

/** What a night without Rolebridge, and the morning after, may take. */
const longEnoughMillis = 2 * 86_400_000;

const Named = Schema.Struct({ name: Schema.optionalKey(Schema.NullOr(Schema.String)) });
const Provider = Schema.Struct({ alias: Schema.String });
const Anything = Schema.Array(Schema.Unknown);

/** `null` where the credential may not see it. */
const visible = <A>(look: Effect.Effect<A, ConnectorFailure>) =>
  Effect.catchIf(
    look,
    ({ reason }) => reason === "forbidden",
    () => Effect.succeed(null),
  );

/** That they are switched off, the realm's own settings tell. */
const organizationsSeen = (ask: Ask) =>
  Effect.catchIf(
    organizationCount(ask),
    ({ reason }) => reason === "refused",
    () => Effect.succeed(0),
  );

const look = (ask: Ask, settings: Settings) => {
  const { realm } = settings;
  return Effect.all(
    {
      records: visible(recorded(ask, settings)),
      admin: visible(
        ask("admin events", Anything, ({ realms }) => realms.findAdminEvents({ realm, first: 0, max: 1 })),
      ),
      users: visible(
        ask("user events", Anything, ({ realms }) => realms.findEvents({ realm, first: 0, max: 1 })),
      ),
      federated: visible(
        ask("user storage", Schema.Array(Named), ({ components }) =>
          components.find({ type: "org.keycloak.storage.UserStorageProvider" }),
        ),
      ),
      organizations: settings.organizations ? visible(organizationsSeen(ask)) : Effect.succeed(null),
      defaults: visible(
        ask("default groups", Schema.Array(Named), ({ realms }) => realms.getDefaultGroups({ realm })),
      ),
      providers: visible(
        ask("identity providers", Schema.Array(Provider), ({ identityProviders }) =>
          identityProviders.find({ first: 0, max: 100 }),
        ),
      ),
    },
    { concurrency: settings.concurrency },
  );
};
type Seen = Effect.Success<ReturnType<typeof look>>;

const spot = (
  what: string,
  coveredBy: BlindSpot["coveredBy"],
  remedy: string | null = null,
): ReadonlyArray<BlindSpot> => [{ what, coveredBy, remedy }];

const inEvents = (what: string) =>
  `In the realm's admin console open Realm settings, Events, ${what} settings, and`;
const on = (what: string) => `${inEvents(what)} switch on Save events.`;

const duration = (millis: number) => {
  const hours = Math.round(millis / 3_600_000);
  return hours >= 1 ? `${hours} h` : `${Math.round(millis / 60_000)} min`;
};

const tooShort = (what: string, title: string, kept: number | null) =>
  kept === null || kept >= longEnoughMillis
    ? []
    : spot(
        `${what} are deleted after ${duration(kept)}: where Rolebridge stood still longer, what happened meanwhile.`,
        "sweep",
        `${inEvents(title)} set the expiration to two days or more${
          kept <= 2 * overlapMillis ? "; as it is, every pause of a minute loses events" : ""
        }.`,
      );

const ofAdminEvents = ({ records, admin }: Seen) => {
  const what = "What administrators change: people, memberships, groups and roles.";
  if (admin === null) return spot(what, "sweep", remedies.viewEvents);
  if (records === null) return spot("Whether the realm records events at all.", "sweep", remedies.viewRealm);
  if (!records.admin) return spot(what, "sweep", on("Admin events"));
  return [
    ...tooShort("Admin events", "Admin events", records.adminKept),
    ...(records.details
      ? []
      : spot("Which values an administrator sent; whoever an event names is read afresh anyway.", "events")),
  ];
};

const hearsUsers = ({ records, users }: Seen) => users !== null && records?.users === true;

const ofUserEvents = (seen: Seen) => {
  const { records, users } = seen;
  const what =
    "What people change themselves and what logins change: registrations, profiles, brokered logins.";
  if (users === null) return spot(what, "sweep", remedies.viewEvents);
  if (records === null) return [];
  if (!records.users) return spot(what, "sweep", on("User events"));
  const missing =
    records.unheard.length === 0
      ? []
      : spot(
          `User events that are not recorded: ${records.unheard.join(", ")}.`,
          "sweep",
          `${inEvents("User events")} add them to the saved types.`,
        );
  return [...missing, ...tooShort("User events", "User events", records.usersKept)];
};

const names = (all: ReadonlyArray<string>) => all.slice(0, 5).map(shown).join(", ");

const ofProviders = (seen: Seen) => {
  const { providers, records } = seen;
  if (providers?.length === 0) return [];
  const through = providers === null ? "" : ` (${names(providers.map(({ alias }) => alias))})`;
  const tells = hearsUsers(seen) && !records?.unheard.includes("LOGIN");
  return spot(
    `Groups and roles that mappers of an identity provider${through} change at a login have no admin event.`,
    tells ? "events" : "sweep",
    tells ? null : on("User events"),
  );
};

const ofFederation = ({ federated }: Seen) =>
  federated === null || federated.length === 0
    ? []
    : spot(
        `People and memberships that come from ${names(federated.map(({ name }) => name ?? "a directory"))} change there, and Keycloak has no event of it.`,
        "sweep",
      );

const ofDefaults = ({ defaults }: Seen) =>
  defaults === null || defaults.length === 0
    ? []
    : spot(
        `New people are put into default groups (${names(defaults.map(({ name }) => name ?? ""))}) without an event of that; they are read whole when they come.`,
        "events",
      );

/** Where they are read, an administrator's doing has an event, and an accepted invitation and a login one of the user's. */
const ofReadOrganizations = (seen: Seen) => {
  const { records, organizations } = seen;
  const what = "Who is in organizations and their groups";
  if (organizations === null)
    return spot(`${what}: this connection may not see them.`, "nothing", remedies.viewOrganizations);
  if (records?.organizations === false)
    return spot(`${what}: the realm has them switched off.`, "nothing", remedies.organizationsOn);
  return hearsUsers(seen)
    ? []
    : spot(
        "Who joins an organization by accepting an invitation or by a login has no admin event.",
        "sweep",
        on("User events"),
      );
};

const ofOrganizations = ({ organizations: isRead }: Settings, seen: Seen) => {
  if (isRead) return ofReadOrganizations(seen);
  return seen.records?.organizations === true
    ? spot(
        "Groups and members of organizations: they stand beside those of the realm and are not read.",
        "nothing",
        "Switch on the setting organizations, or use groups of the realm for what rules name.",
      )
    : [];
};

/** In the nature of Keycloak, whatever the settings. */
const always: ReadonlyArray<BlindSpot> = [
  ...spot(
    "That somebody puts a person into a group they are in already has no event and leaves no trace.",
    "nothing",
    "Where Rolebridge put them there and it is to stay, hand the membership back to the source.",
  ),
  ...spot(
    "A group that is deleted takes its children and memberships along without an event of theirs.",
    "events",
  ),
  ...spot("What workflows of Keycloak, extensions, or hands in its database change has no event.", "sweep"),
  ...spot("Events that are cleared while the log holds nothing that was read before.", "sweep"),
];

export const blindSpots = (
  ask: Ask,
  settings: Settings,
): Effect.Effect<ReadonlyArray<BlindSpot>, ConnectorFailure> =>
  Effect.map(look(ask, settings), (seen) => [
    ...ofAdminEvents(seen),
    ...ofUserEvents(seen),
    ...ofProviders(seen),
    ...ofFederation(seen),
    ...ofDefaults(seen),
    ...ofOrganizations(settings, seen),
    ...always,
  ]);
