import { Effect, Option, Schema } from "effect";
import { Argument, Command, Flag } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  idArgument,
  Login,
  LoginSettings,
  textArgument,
} from "../../client/index.ts";
import { asking, helped } from "../../define.ts";
import { NotThere } from "../../failure.ts";
import { first } from "../../limits.ts";
import { exactMoment, table } from "../../output/index.ts";
import { key } from "./key.ts";
import { test, testedLines } from "./test.ts";

const outcomeText = ({ outcome, checks }: Login): string => {
  if (outcome === "ACCEPTED") return "accepted";
  const failing = checks.find(({ passed }) => !passed)?.name;
  if (outcome !== "TESTED") return `refused: ${failing ?? "unknown"}`;
  return failing === undefined ? "tested: comes in" : `tested: would be refused: ${failing}`;
};

const sessionText = ({ active, endedBecause, endedAt }: Login): string =>
  active === null
    ? ""
    : active
      ? "goes on"
      : `ended${endedAt === null ? "" : ` ${exactMoment(endedAt)}`}: ${endedBecause?.toLowerCase()}`;

const list = asking({
  name: "list",
  does: "Lists who signed in, or tried to, the newest first.",
  examples: [{ command: "rolebridge login list -n 10", description: "The last ten" }],
  input: {
    first,
    before: Flag.String("before").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only logins before this one."),
      Flag.optional,
    ),
  },
  prints: Schema.Array(Login),
  run: ({ first, before }) =>
    askOrganization(
      "logins",
      { first: { type: "Int!", value: first }, before: { type: "ID", value: Option.getOrNull(before) } },
      Schema.Array(Login),
    ),
  view: (logins) => ({
    lines: table<Login>(
      {
        REFERENCE: ({ id }) => id,
        AT: ({ at }) => exactMoment(at),
        CONNECTION: ({ connection }) => connection,
        APPLICATION: ({ application, outcome }) => application ?? (outcome === "TESTED" ? "none" : "deleted"),
        OUTCOME: outcomeText,
        SESSION: sessionText,
      },
      logins,
    ),
    talk: logins.length > 0 ? undefined : "Nobody has signed in yet.",
  }),
});

const checkText = ({ name, passed, detail }: Login["checks"][number]): string =>
  `${passed ? "passed" : "FAILED"}  ${name}${detail === null ? "" : `: ${detail}`}`;

const show = asking({
  name: "show",
  does: "Shows one login by the reference that the person saw: each check with its result.",
  examples: [
    {
      command: "rolebridge login show 01a21010-1eb9-7a45-9227-8d3b0dd4e5f1",
      description: "Why somebody was refused",
    },
  ],
  input: {
    reference: Argument.String("reference").pipe(
      Argument.withDescription("As the person saw it, or as the list shows it."),
    ),
  },
  prints: Login,
  run: Effect.fnUntraced(function* ({ reference }) {
    const found = yield* askOrganization("login", { id: idArgument(reference) }, Schema.NullOr(Login));
    if (found !== null) return found;
    return yield* new NotThere({
      message: `There is no login ${reference} here. "rolebridge login list" shows the last ones.`,
    });
  }),
  view: (login) => ({
    lines: [
      { text: `${outcomeText(login)}  ${exactMoment(login.at)}  through ${login.connection}` },
      ...(login.active === null ? [] : [{ text: `session ${sessionText(login)}` }]),
      ...(login.account === null ? [] : [{ text: `account ${login.account}` }]),
      ...(login.tested === null ? [] : testedLines(login.tested).map((text) => ({ text }))),
      ...login.checks.map((check) => ({ text: checkText(check) })),
    ],
  }),
});

const given = <A>(name: string, type: string, value: Option.Option<A>) =>
  Option.isNone(value) ? {} : { [name]: { type, value: value.value as string | number } };

const namesIn = (text: string): ReadonlyArray<string> =>
  text === "none" ? [] : text.split(",").map((name) => name.trim());

const set = asking({
  name: "set",
  does: "Says how logins through a connection are taken. Without flags it shows how.",
  more: `create: everybody whom the provider vouches for comes in.
update: only who is known, here or by another connection of the same directory.
never: only who signed in here before.`,
  examples: [
    { command: "rolebridge login set sso --provision update", description: "Nobody new by a login" },
    { command: "rolebridge login set sso --lapse-days 7", description: "Believed for a week" },
    { command: "rolebridge login set sso --domains acme.test", description: "Where these people sign in" },
  ],
  input: {
    connection: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    provision: Flag.Literals("provision", ["create", "update", "never"]).pipe(
      Flag.withDescription("Whom a login may bring in."),
      Flag.optional,
    ),
    lapseDays: Flag.Int("lapse-days").pipe(
      Flag.withDescription("Days that what a login said is believed, 1 to 400."),
      Flag.optional,
    ),
    domains: Flag.String("domains").pipe(
      Flag.withMetavar("NAMES"),
      Flag.withDescription("Verified domains whose people are led here, with commas between; or none."),
      Flag.optional,
    ),
  },
  prints: LoginSettings,
  run: ({ connection, provision, lapseDays, domains }) =>
    changeOrganization(
      "setLoginSettings",
      {
        connection: textArgument(connection),
        ...given(
          "provisioning",
          "Provisioning",
          Option.map(provision, (one) => one.toUpperCase()),
        ),
        ...given("lapseDays", "Int", lapseDays),
        ...(Option.isNone(domains) ? {} : { domains: { type: "[String!]", value: namesIn(domains.value) } }),
      },
      LoginSettings,
    ),
  view: ({ provisioning, lapseDays, domains }) => ({
    lines: [
      { text: `brings in    ${provisioning.toLowerCase()}` },
      { text: `believed for ${lapseDays} days` },
      { text: `domains      ${domains.length === 0 ? "none" : domains.join(", ")}` },
    ],
  }),
});

export const login = Command.make("login").pipe(
  Command.withSubcommands([list, show, set, key, test]),
  helped({
    does: "Who signed in, who was refused and why, and how logins are taken.",
    examples: [{ command: "rolebridge login list", description: "The last ones" }],
  }),
);
