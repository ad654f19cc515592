/** Does everybody have the roles that follow from the facts? The server recomputes them and writes nothing. */
import { Effect, Schema } from "effect";
import { type Check, unwell, well } from "../check.ts";
import { askField, textArgument } from "../client/index.ts";

const Organizations = Schema.Array(Schema.Struct({ slug: Schema.String }));

const Verification = Schema.Struct({
  accounts: Schema.Int,
  waiting: Schema.Int,
  unexplained: Schema.Int,
  drifts: Schema.Array(Schema.Struct({ account: Schema.String })),
});

const verify = Effect.fnUntraced(function* (slug: string) {
  const check = `roles of ${slug}`;
  const args = { organization: textArgument(slug) };
  const { accounts, waiting, unexplained, drifts } = yield* askField(
    "mutation",
    "verifyRoles",
    args,
    Verification,
  );
  const waits = waiting === 0 ? "" : `; ${waiting} differences wait (plan pending, plan list)`;
  if (unexplained === 0) return well(check, `all ${accounts} accounts follow from their facts${waits}`);
  const [first] = drifts;
  return unwell(
    check,
    `${unexplained} of ${accounts} accounts do not follow from their facts, ${first?.account} for one: rolebridge account show ${first?.account} -o ${slug}, and report it`,
  );
});

/** A line for each organization to be seen. */
export const checkRoles = Effect.fn("checkRoles")(
  function* () {
    const organizations = yield* askField("query", "organizations", {}, Organizations);
    return yield* Effect.forEach(organizations, ({ slug }) => verify(slug));
  },
  Effect.catch(({ message }: { readonly message: string }) =>
    Effect.succeed<ReadonlyArray<Check>>([unwell("roles", message)]),
  ),
);
