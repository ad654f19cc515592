/** A directory in memory behind the name and the settings of Keycloak: connections that are read, without a network. */
import { Effect, Schema, Stream } from "effect";
import { type Connection, ConnectorFailure, connector, type Lack } from "../../connectors/connector.ts";
import { fields, Settings } from "../../connectors/keycloak/settings.ts";
import { type Directory, type Fault, openDirectory } from "../../connectors/memory/index.ts";

/** What tests switch while the server runs. */
export interface Outside {
  directory: Directory;
  fault?: Fault | undefined;
  /** The one secret that is accepted. */
  secret: string;
  lacks: ReadonlyArray<Lack>;
  /** What happens elsewhere while it is asked the next time. */
  meanwhile?: (() => Promise<unknown>) | undefined;
  /** Each address asked with the secret it was asked with, in order. */
  readonly asked: Array<{ readonly address: string; readonly secret: string }>;
}

const plainOf = Schema.encodeSync(Settings);

const refused = new ConnectorFailure({
  reason: "unauthorized",
  detail: "The directory does not accept the client ID and secret. Check both.",
});

/** Answers with what `outside` holds at that moment. */
const answering = (outside: Outside, settings: Settings): Effect.Effect<Connection> => {
  const { baseUrl: address, clientSecret: secret } = plainOf(settings);
  const welcome = Effect.gen(function* () {
    outside.asked.push({ address, secret });
    const { meanwhile } = outside;
    outside.meanwhile = undefined;
    if (meanwhile !== undefined) yield* Effect.promise(meanwhile);
    if (secret !== outside.secret) return yield* refused;
  });
  return Effect.map(openDirectory(outside.directory, outside.fault), ({ probe, source, target }) => ({
    probe: Effect.andThen(
      welcome,
      Effect.map(probe, (health) => ({ ...health, version: "1.2.3", lacks: outside.lacks })),
    ),
    source: {
      ...source,
      everyone: Stream.unwrap(Effect.as(welcome, source.everyone)),
      one: (id) => Effect.andThen(welcome, source.one(id)),
    },
    ...(target === undefined
      ? {}
      : {
          target: {
            ...target,
            one: (id) => Effect.andThen(welcome, target.one(id)),
            apply: (change) => Effect.andThen(welcome, target.apply(change)),
          },
        }),
  }));
};

export const makeOutside = (secret: string) => {
  const outside: Outside = {
    directory: { users: [], groups: [], memberships: [] },
    secret,
    lacks: [],
    asked: [],
  };
  const list = [
    connector({
      kind: "keycloak",
      title: "Keycloak",
      settings: Settings,
      fields,
      open: (settings) => answering(outside, settings),
    }),
  ];
  return { outside, connectors: list };
};

/** One person called `name` in the group Engineering, and another in none. */
export const smallDirectory = (name = "ada"): Directory => ({
  users: [name, "grace"].map((userName) => ({
    _tag: "User",
    id: `u-${userName}`,
    resource: {
      userName,
      displayName: userName,
      active: true,
      emails: [{ value: `${userName}@acme.test`, primary: true }],
    },
  })),
  groups: [{ _tag: "Group", id: "g-1", name: "Engineering", kind: "group", parent: null }],
  memberships: [{ _tag: "Membership", group: "g-1", user: `u-${name}` }],
});
