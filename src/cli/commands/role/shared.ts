/** Arguments and flags that several commands about roles take. */
import { Argument, Flag } from "effect/cli";

export const text = (name: string, metavar: string, help: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(help));

export const key = Argument.String("role").pipe(Argument.withDescription("The role's key."));

export const reason = text("reason", "TEXT", "Why, in a sentence. Whoever sees the account can read it.");

/** Has everyone looked at now, instead of with the next news of each. */
export const apply = Flag.Boolean("apply").pipe(
  Flag.withDescription("Go through every account now, instead of each with the next news of it."),
  Flag.withDefault(false),
);

export const applyArgument = (value: boolean) => ({ type: "Boolean!", value });

/** When a change of the catalogue reaches people. */
export const reach = (applied: boolean): string =>
  applied
    ? 'Jobs go through every account now: "rolebridge organization show" counts those that wait.'
    : "Each person gets it with the next news of them; --apply goes through everyone now.";

export const createScope = Flag.Boolean("create-scope").pipe(
  Flag.withDescription("Add the scope to the catalogue where it is not there."),
  Flag.withDefault(false),
);

export const all = Flag.Boolean("all").pipe(
  Flag.withDescription("Those that have ended too."),
  Flag.withDefault(false),
);
