/** What is to be written through a connection. */
import { Effect, Option } from "effect";
import { Argument, Flag } from "effect/cli";
import { groupKinds } from "../../../domain/index.ts";
import { type Arguments, changeOrganization, PushConnection, textArgument } from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking } from "../../define.ts";
import { NotGiven } from "../../failure.ts";
import { say } from "../../output/index.ts";
import { countsText, losersIn, makePlan } from "./plan.ts";
import { findPush, problemLines, roleLines, settingLines } from "./view.ts";

const modes = ["off", "observe", "enforce"] as const;
const fields = ["userName", "name", "email", "active"];

const word = (text: string): string =>
  text
    .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
    .replaceAll("-", "_")
    .toUpperCase();

interface Role {
  readonly role: string;
  readonly scope: string;
  readonly group: string;
  readonly kind: string | null;
}

const form = new RegExp(`^([^@=]+)(?:@(.+))?=([^=]+?)(?::(${groupKinds.join("|")}))?$`);

/** `developer=ID`, `developer@library:main=ID:realm-role`. */
export const roleOf = (text: string): Role | undefined => {
  const [, role = "", scope = "", group = "", kind] = form.exec(text) ?? [];
  return role === "" ? undefined : { role, scope, group, kind: kind === undefined ? null : word(kind) };
};

const role = Flag.String("role").pipe(
  Flag.withMetavar("ROLE[@SCOPE]=ID[:KIND]"),
  Flag.withDescription(
    'Whoever has the role is in this group, or holds this role there: its id, in "rolebridge group list". Several times; all that are given take the place of those before.',
  ),
  Flag.filterMap(
    (text) => Option.fromUndefinedOr(roleOf(text)),
    (text) => `--role takes a role and a group's id, like developer=8f1b2c: not ${text}.`,
  ),
  Flag.atLeast(0),
);

const ownsOf = (text: string): ReadonlyArray<string> | undefined => {
  const names = text === "nothing" ? [] : text.split(",").map((one) => one.trim());
  return names.every((one) => fields.includes(one)) ? names : undefined;
};

const owns = Flag.String("owns").pipe(
  Flag.withMetavar("FIELDS|nothing"),
  Flag.withDescription(
    `Fields written also on people whom Rolebridge did not create, with commas: ${fields.join(", ")}.`,
  ),
  Flag.filterMap(
    (text) => Option.fromUndefinedOr(ownsOf(text)),
    (text) => `--owns takes fields out of ${fields.join(", ")}, or nothing: not ${text}.`,
  ),
  Flag.optional,
);

const enumOf = (type: string, value: Option.Option<string>): Arguments[string] => ({
  type,
  value: Option.getOrNull(Option.map(value, word)),
});

const nothing = new NotGiven({
  message: "What is to change? Name at least one flag: rolebridge push set --help shows them.",
});

interface Input {
  readonly slug: string;
  readonly mode: Option.Option<(typeof modes)[number]>;
  readonly creates: Option.Option<string>;
  readonly leaving: Option.Option<string>;
  readonly owns: Option.Option<ReadonlyArray<string>>;
  readonly drift: Option.Option<string>;
  readonly role: ReadonlyArray<Role>;
  readonly noRoles: boolean;
  readonly yes: boolean;
}

const argumentsOf = (input: Input): Arguments => ({
  creates: enumOf("PushCreates", input.creates),
  leaving: enumOf("PushLeaving", input.leaving),
  drift: enumOf("PushDrift", input.drift),
  owns: {
    type: "[PushField!]",
    value: Option.getOrNull(Option.map(input.owns, (names) => names.map(word))),
  },
  roles: {
    type: "[PushedRoleInput!]",
    value: input.role.length > 0 || input.noRoles ? input.role : null,
  },
});

const send = (slug: string, mode: string | null, args: Arguments) =>
  changeOrganization(
    "setPush",
    { connection: textArgument(slug), mode: { type: "PushMode", value: mode }, ...args },
    PushConnection,
  );

/** Before anything is written by these settings, whoever asks for it sees how much it is. Gives how many lose something. */
const agree = Effect.fnUntraced(function* (slug: string, agreed: boolean) {
  const plan = yield* makePlan(slug);
  const consequence = `This writes through ${slug}, first: ${countsText(plan)}; and from then on whatever follows from roles.`;
  if (agreed) yield* say(consequence);
  else {
    yield* say(`It observes for now. Person by person: rolebridge push plan ${slug}`);
    yield* confirm(slug, consequence, agreed);
  }
  return losersIn(plan);
});

const run = Effect.fnUntraced(function* (input: Input) {
  const { slug } = input;
  const args = argumentsOf(input);
  const wanted = Option.getOrNull(input.mode);
  if (wanted === null && Object.values(args).every(({ value }) => value === null)) return yield* nothing;
  const before = yield* findPush(slug);
  // Other settings may take as much from people as the first ones gave.
  const writes = wanted === "enforce" || (wanted === null && before.mode === "ENFORCE");
  if (!writes) return yield* send(slug, wanted === null ? null : word(wanted), args);
  yield* send(slug, "OBSERVE", args);
  const losing = yield* agree(slug, input.yes);
  return yield* send(slug, "ENFORCE", { confirm: { type: "Int", value: losing } });
});

export const set = asking({
  name: "set",
  does: "Sets what is written through a connection: which roles as which groups, who is created, which fields.",
  more: `What is not named stays as it is. It begins with --mode observe: what would be written is shown by "rolebridge push plan",
and nothing is written. --mode enforce writes: it says how much that is first, and asks for the connection's slug to
confirm; --yes does without. So does any change while it is enforced: until you confirm, the connection observes. Refused where a role would be its own reason, or somebody else owns the same.
Exit code 2 when something stands in the way of writing.`,
  examples: [
    {
      command: "rolebridge push set main --mode observe --role developer=8f1b2c --creates with-roles",
      description: "developer is to be a group there; whoever has it is to be created",
    },
    {
      command: "rolebridge push set main --owns email,active --leaving disable --drift correct",
      description: "Fields of everybody, leavers disabled, undone writes written again",
    },
    { command: "rolebridge push set main --mode enforce", description: "Write it, after asking" },
    { command: "rolebridge push set main --mode off", description: "What was written stays, and stays ours" },
  ],
  input: {
    slug: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
    mode: Flag.Literals("mode", modes).pipe(
      Flag.withDescription("observe: only show what would be written."),
      Flag.optional,
    ),
    creates: Flag.Literals("creates", ["nobody", "with-roles", "everyone"]).pipe(
      Flag.withDescription("Which accounts are created there when the system does not know them."),
      Flag.optional,
    ),
    leaving: Flag.Literals("leaving", ["leave", "disable", "delete"]).pipe(
      Flag.withDescription(
        "What becomes of people created there who are inactive or no longer wanted there.",
      ),
      Flag.optional,
    ),
    owns,
    drift: Flag.Literals("drift", ["list", "correct"]).pipe(
      Flag.withDescription("Where somebody undid what was written: only list it, or write it again."),
      Flag.optional,
    ),
    role,
    noRoles: Flag.Boolean("no-roles").pipe(
      Flag.withDescription("No role is written any more."),
      Flag.withDefault(false),
    ),
    yes,
  },
  prints: PushConnection,
  run,
  view: ({ slug, push }) =>
    push === null
      ? { lines: [] }
      : {
          lines: [...settingLines(push), { text: "" }, ...roleLines(push), ...problemLines(push)],
          talk: push.mode === "OBSERVE" ? `What would be written: rolebridge push plan ${slug}` : undefined,
        },
  pending: ({ push }) => push !== null && push.mode !== "OFF" && push.problems.length > 0,
});
