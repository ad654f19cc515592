/** What keeps a connection from writing, in sentences that say what to do. */
import type { CompiledMapping } from "../compile/index.ts";
import { byText } from "../order.ts";
import type { Echo, Landscape, Writer } from "./known.ts";
import { type Hop, type Loop, loops, type RoleNode } from "./loops.ts";

export interface OwnershipProblem {
  readonly kind: "loop" | "two-owners" | "derived" | "echo";
  /** The connections that are part of it: those that write, and those that people sign in through. */
  readonly connections: ReadonlyArray<string>;
  readonly sentence: string;
}

const roleText = ({ role, scope }: RoleNode): string =>
  scope === "" ? `role "${role}"` : `role "${role}" in ${scope}`;

const groupText = ({ group, writer }: Hop): string => {
  const name = group.name === null ? group.id : `"${group.name}"`;
  return `is written as group ${name} of ${writer}, which`;
};

const effectText = ({ influence: { rule, does, by }, to }: Hop): string => {
  const byRule = `by rule ${rule}`;
  if (does === "gives") return `${byRule} gives ${roleText(to)}`;
  if (does === "denies") return `${byRule} decides that nobody has ${roleText(to)}`;
  return `${byRule} decides about role "${by}", which outranks ${roleText(to)}`;
};

const loopText = (loop: Loop): string => {
  const [start] = loop;
  if (start === undefined) return "";
  const way = loop.map((hop) => `${groupText(hop)} ${effectText(hop)}`).join(", which ");
  return `${roleText(start.from)} ${way}: it would be its own reason. Write one of them to a group that no rule looks at, or change the rule.`;
};

const ofLoop = (loop: Loop): OwnershipProblem => ({
  kind: "loop",
  connections: [...new Set(loop.map(({ writer }) => writer))].toSorted(byText),
  sentence: capital(loopText(loop)),
});

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const pairs = (writers: ReadonlyArray<Writer>): ReadonlyArray<readonly [Writer, Writer]> =>
  writers.flatMap((one, index) =>
    writers
      .slice(index + 1)
      .filter(({ identity }) => identity !== null && identity === one.identity)
      .map((other) => [one, other] as const),
  );

const shared = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(a.filter((one) => b.includes(one))),
];

const ofPair = ([one, other]: readonly [Writer, Writer]): ReadonlyArray<OwnershipProblem> => {
  const both = `${one.connection} and ${other.connection} write to the same directory and`;
  const connections = [one.connection, other.connection];
  const fields = shared(one.settings.owns, other.settings.owns);
  const groups = shared(
    one.settings.roles.map(({ group }) => group),
    other.settings.roles.map(({ group }) => group),
  );
  return [
    ...fields.map((field) => `${both} both own ${field}: each would undo the other. Take ${field} from one.`),
    ...groups.map(
      (group) => `${both} both write the group ${group}: each would undo the other. Take it from one.`,
    ),
  ].map((sentence) => ({ kind: "two-owners", connections, sentence }));
};

/** What follows from a group there is seen as if the source had given it: nobody could tell which is which. */
const ofDerived = ({ writers, readers }: Landscape): ReadonlyArray<OwnershipProblem> =>
  writers
    .filter(({ settings }) => settings.roles.length > 0)
    .flatMap((writer) =>
      readers
        .filter(
          ({ derives, identity, connection }) =>
            derives &&
            (connection === writer.connection || (identity !== null && identity === writer.identity)),
        )
        .map(({ connection }) => ({
          kind: "derived" as const,
          connections: [writer.connection],
          sentence: `${writer.connection} writes groups of a directory that ${connection} reads with effective roles: a role that follows from a group written there could not be told from one that was given there. Read it without them, rolebridge connection set ${connection} --effective-roles false, and name the groups themselves in rules.`,
        })),
    );

/** What a login says is taken for what the provider says, whoever wrote it there. */
const ofEcho = ({ login, writer }: Echo): OwnershipProblem => ({
  kind: "echo",
  connections: [writer, login],
  sentence: `People sign in through ${login} at the directory that ${writer} writes: a role written there would come back in their logins as its own reason. Declare the two one directory: rolebridge connection same-directory ${writer} ${login}. One that is still to be added: with --same-directory ${writer}.`,
});

/** Everything that must be put right before these writers write together, under this mapping. */
export const ownershipProblems = (
  mapping: CompiledMapping,
  landscape: Landscape,
): ReadonlyArray<OwnershipProblem> => [
  ...loops(mapping, landscape).map(ofLoop),
  ...pairs(landscape.writers).flatMap(ofPair),
  ...ofDerived(landscape),
  ...landscape.echoes.map(ofEcho),
];
