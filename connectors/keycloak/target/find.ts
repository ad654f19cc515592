/** Who has a user name or an email, asked for exactly. */
import { Effect, Schema } from "effect";
import type { Person } from "../../connector.ts";
import type { Ask } from "../client.ts";
import { naming, remedies } from "../lack.ts";
import { User, userFact } from "../wire.ts";
import { fits, fold } from "./person.ts";

const Users = Schema.Array(User);

/** Keycloak folds case itself; to an empty text it gives everybody. What nobody can have there is not asked for. */
export const holders = (ask: Ask, field: "username" | "email", value: string) =>
  value === "" || !fits(value)
    ? Effect.succeed([])
    : ask("users of one name", Users, (client) =>
        client.users.find({ [field]: value, exact: true, max: 100 }),
      ).pipe(
        Effect.map((users) => users.filter((user) => fold(user[field]) === fold(value))),
        Effect.mapError(naming(remedies.viewUsers)),
      );

export const find = (ask: Ask) =>
  Effect.fn("keycloak.find")(function* ({ userName, email }: Pick<Person, "userName" | "email">) {
    const found = yield* Effect.all(
      [holders(ask, "username", userName), holders(ask, "email", email ?? "")],
      {
        concurrency: 2,
      },
    );
    return [...new Map(found.flat().map((user) => [user.id, userFact(user)])).values()];
  });
