/** The account that somebody names, by id, email or userName. */
import { Effect, Option, Schema } from "effect";
import { isUuid } from "../../../domain/index.ts";
import { Account, askOrganization, idArgument } from "../../client/index.ts";
import { findExplanations } from "../../explain/index.ts";
import { NotThere } from "../../failure.ts";

const byId = Effect.fnUntraced(function* (id: string) {
  const found = yield* askOrganization("account", { id: idArgument(id) }, Schema.NullOr(Account));
  if (found !== null) return found;
  return yield* new NotThere({
    message: `There is no account ${id} here. "rolebridge account list" shows those there are.`,
  });
});

const byName = Effect.fnUntraced(function* (name: string) {
  const [found, ...others] = yield* findExplanations(name, Option.none());
  if (found !== undefined && others.length === 0) return found.account;
  const ids = [found, ...others].map((one) => one?.account.id).join(", ");
  return yield* new NotThere({
    message: `Several accounts carry the name "${name}". Name one by id: ${ids}`,
  });
});

export const findAccount = (name: string) => (isUuid(name) ? byId(name) : byName(name));
