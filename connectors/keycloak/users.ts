/** The people of a realm, and what it means when the list and the count disagree. */
import { Effect, Schema } from "effect";
import { ConnectorFailure } from "../connector.ts";
import type { Ask } from "./client.ts";
import { shown } from "./failure.ts";
import { forbidden, remedies } from "./lack.ts";
import { listed } from "./listing/index.ts";
import { Count, type Member, User } from "./wire.ts";

const Users = Schema.Array(User);

export const userCount = (ask: Ask) => ask("the number of users", Count, (client) => client.users.count());

/** Keycloak filters silently: a service account without view-users gets an empty list, and the true count. */
const differs = (listed: number, counted: number) =>
  listed === 0
    ? forbidden(`Keycloak counts ${counted} users and lists none.`, remedies.viewUsers)
    : new ConnectorFailure({
        reason: "malformed",
        detail: `Keycloak lists ${listed} users and counts ${counted}. Nothing was concluded from the list.`,
      });

export const listUsers = (ask: Ask, size: number) =>
  listed(
    "users",
    size,
    (window) => ask("users", Users, (client) => client.users.find({ ...window, briefRepresentation: true })),
    { count: userCount(ask), differs },
  );

export const findUser = (ask: Ask, id: string) =>
  ask(`user ${shown(id)}`, User, (client) => client.users.findOne({ id }));

const accountPrefix = "service-account-";

/**
 * Service accounts are found by id and by their exact name, and stand among members and holders; but neither the list
 * of users nor a search has them. Nothing in their JSON tells them from people.
 */
export const isPerson = (ask: Ask, { id, username }: Member) =>
  username.startsWith(accountPrefix)
    ? Effect.map(
        ask(`user ${shown(id)}`, Users, (client) =>
          client.users.find({ search: `"${username}"`, briefRepresentation: true }),
        ),
        (named) => named.some((user) => user.id === id),
      )
    : Effect.succeed(true);
