import { Effect, Option, Schema } from "effect";
import { Argument, Flag } from "effect/cli";
import { isUuid } from "../../../domain/index.ts";
import { roleText } from "../../account.ts";
import { ask, findOrganization, HistoryEntry, RolesAt, selectionOf } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { findExplanations } from "../../explain/index.ts";
import { NotThere } from "../../failure.ts";
import { first } from "../../limits.ts";
import { exactMoment, type Line, table } from "../../output/index.ts";

const History = Schema.Struct({
  account: Schema.String,
  entries: Schema.Array(HistoryEntry),
  /** With `--at`; else null. */
  rolesAt: Schema.NullOr(RolesAt),
});

/** The account that a command line names: an id is taken as it is. */
const idOf = Effect.fnUntraced(function* (name: string) {
  if (isUuid(name)) return name;
  const found = yield* findExplanations(name, Option.none());
  const [one, ...others] = found.map(({ account }) => account.id);
  if (one !== undefined && others.length === 0) return one;
  return yield* new NotThere({
    message: `Several accounts carry the name "${name}". Name one by id: ${[one, ...others].join(", ")}`,
  });
});

/** A field of one account: `field` with its arguments, `declared` beside the organization and the id. */
const askAccount = Effect.fnUntraced(function* <A>(
  id: string,
  declared: string,
  field: string,
  values: object,
  schema: Schema.Codec<A>,
) {
  const organization = yield* findOrganization();
  const query = `query($organization: String!, $id: ID!, ${declared}) {
    organization(slug: $organization) { account(id: $id) { answer: ${field}${selectionOf(schema)} } } }`;
  const Account = Schema.NullOr(Schema.Struct({ answer: schema }));
  const Found = Schema.Struct({ organization: Schema.NullOr(Schema.Struct({ account: Account })) });
  const found = yield* ask(query, { organization, id, ...values }, Found);
  const account = found.organization?.account ?? null;
  if (account !== null) return account.answer;
  return yield* new NotThere({
    message: `There is no account ${id} here. "rolebridge account list" shows those there are.`,
  });
});

const entriesOf = (id: string, first: number, before: string | null) =>
  askAccount(
    id,
    "$first: Int!, $before: ID",
    "history(first: $first, before: $before)",
    { first, before },
    Schema.Array(HistoryEntry),
  );

const rolesAtOf = (id: string, moment: Date) =>
  askAccount(id, "$moment: DateTime!", "rolesAt(moment: $moment)", { moment: moment.toISOString() }, RolesAt);

const signed = ({ gained, lost }: HistoryEntry): string =>
  [...gained.map((role) => `+${role}`), ...lost.map((role) => `-${role}`)].join(" ");

const whatText = (entry: HistoryEntry): string => {
  if (entry.because !== null) return `${entry.type.replace("account.", "")}: ${entry.because}`;
  if (entry.type !== "account.roles-changed") return entry.type;
  return signed(entry) || "the same roles for other reasons";
};

const causeText = ({ cause }: Pick<HistoryEntry, "cause">): string =>
  cause === null ? "" : `${cause.type} (${cause.actorKind})`;

const columns = {
  AT: ({ at }: HistoryEntry) => exactMoment(at),
  WHAT: whatText,
  CAUSE: causeText,
  REQUEST: ({ cause }: HistoryEntry) => cause?.requestId ?? "",
  MAPPING: ({ mappingVersion }: HistoryEntry) => (mappingVersion === null ? "" : `v${mappingVersion}`),
};

const reasonText = ({ rule, because, group, groupId }: RolesAt["roles"][number]["reasons"][number]) =>
  `    because rule ${rule}: ${groupId === null ? because : `member of group "${group ?? groupId}"`}`;

const rolesLines = (then: RolesAt): ReadonlyArray<Line> => [
  {
    text: `${then.active ? "active" : "inactive"}${then.activeBecause === null ? "" : `, because ${then.activeBecause}`}`,
    heading: true,
  },
  ...then.roles.flatMap((role) => [
    { text: `  ${roleText(role)}` },
    ...role.reasons.map((reason) => ({ text: reasonText(reason) })),
  ]),
  ...(then.roles.length === 0 ? [{ text: "  no roles" }] : []),
  ...(then.decidedAt === null
    ? []
    : [
        {
          text: `  decided at ${exactMoment(then.decidedAt)} by mapping version ${then.mappingVersion}, after ${causeText(then)}`,
        },
      ]),
];

const talk = ({ account, entries, rolesAt }: typeof History.Type, wanted: number): string | undefined => {
  if (rolesAt !== null)
    return rolesAt.decidedAt === null ? "Nothing had been decided about it yet." : undefined;
  const last = entries.at(-1);
  if (last === undefined) return "Nothing has happened to it: it never had a role.";
  return entries.length === wanted
    ? `For older ones: rolebridge account history ${account} --before ${last.id}`
    : undefined;
};

export const history = asking({
  name: "history",
  does: "Shows what changed an account's roles and its state, the newest first; or its roles at a past moment.",
  examples: [
    { command: "rolebridge account history ada@acme.test", description: "What changed, and what changed it" },
    {
      command: "rolebridge account history ada@acme.test --at 2026-03-31T18:00:00Z",
      description: "The roles in force then",
    },
  ],
  input: {
    account: Argument.String("account").pipe(Argument.withDescription("Id, email or userName.")),
    at: Flag.Date("at").pipe(Flag.withDescription("The roles at this moment instead."), Flag.optional),
    first,
    before: Flag.String("before").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only what happened before this entry."),
      Flag.optional,
    ),
  },
  prints: History,
  run: Effect.fnUntraced(function* ({ account: name, at, first, before }) {
    const account = yield* idOf(name);
    if (Option.isSome(at)) return { account, entries: [], rolesAt: yield* rolesAtOf(account, at.value) };
    const entries = yield* entriesOf(account, first, Option.getOrNull(before));
    return { account, entries, rolesAt: null };
  }),
  view: (answer, { first }) => ({
    lines:
      answer.rolesAt === null ? table<HistoryEntry>(columns, answer.entries) : rolesLines(answer.rolesAt),
    talk: talk(answer, first),
  }),
});
