/**
 * Reads `groups.exists(g, …)`: one group meets all that is in it, as one leaf of the tree asks for. What would need two
 * leaves that the same group meets has no tree form.
 */
import { Result } from "effect";
import type { Condition } from "../condition/index.ts";
import { flawed } from "./flaw.ts";
import { checked, joined, oneOf, type Read, textOf } from "./leaf.ts";
import type { Call, Exists, Relation, Syntax, Term } from "./syntax.ts";

type Subject = "id" | "externalId" | "equals" | "prefix" | "glob";
type Key = Subject | "connection" | "kind";

/** What is asked of a group: one of `values`. */
interface Ask {
  readonly key: Key;
  readonly values: ReadonlyArray<string>;
  readonly at: number;
}

const forms =
  'ask for g.id == "…", g.name == "…", g.name.startsWith("…"), g.name.glob("…"), g.kind == "…", or g.externalId == "…" with g.connection == "…"';
const messages = {
  forms: `inside groups.exists(g, …), ${forms}`,
  not: "put ! before groups.exists(g, …): it then holds where no group is so; other groups cannot be left out",
  glob: 'write g.name.glob("*-staff"), where * is any text, instead of endsWith, contains or matches',
  outside: "put what is not about the group outside of groups.exists(g, …), with && or ||",
  twice:
    "ask one group for one name or id, one kind and one connection; for two groups write groups.exists(…) twice",
  or: "write groups.exists(g, …) once for each side of this || and repeat the rest in both",
  id: "leave connection and kind out beside g.id: the id says which group it is",
  external: 'add g.connection == "…", and no g.kind: an externalId means something only in its connection',
  connection: 'add g.name == "…", or write connection == "…" outside of groups.exists(g, …)',
  kind: 'write connection == "…" outside of groups.exists(g, …) with &&, or add a name, such as g.name.glob("*")',
  list: "use in only for g.id, g.externalId or g.name, and == for what else the group must be",
};

const fields: Readonly<Record<string, Key>> = {
  id: "id",
  externalId: "externalId",
  name: "equals",
  kind: "kind",
  connection: "connection",
};
const functions: Readonly<Record<string, Key>> = { startsWith: "prefix", glob: "glob" };

const fieldOf = (term: Term, variable: string): string | undefined =>
  term.kind === "path" && term.root === variable && term.steps.length === 1 ? term.steps[0] : undefined;

const known = (keys: Readonly<Record<string, Key>>, name: string | undefined): Key | undefined =>
  name !== undefined && Object.hasOwn(keys, name) ? keys[name] : undefined;

const isAbout = (term: Term, variable: string): boolean => term.kind === "path" && term.root === variable;

const askRelation = (relation: Relation, variable: string): Read<Ask> => {
  const { sign, at } = relation;
  if (sign === "!=") return flawed(at, messages.not);
  const isTurned = sign === "==" && relation.left.kind === "literal";
  const [left, right] = isTurned ? [relation.right, relation.left] : [relation.left, relation.right];
  if (!isAbout(left, variable)) return flawed(left.at, messages.outside);
  const key = known(fields, fieldOf(left, variable));
  if (key === undefined || (sign !== "==" && sign !== "in")) return flawed(at, messages.forms);
  return Result.map(oneOf(sign, right, textOf), (values) => ({ key, values, at: right.at }));
};

const askCall = ({ name, target, args, at }: Call, variable: string): Read<Ask> => {
  const key = known(functions, name);
  const [argument] = args;
  if (key === undefined) return flawed(at, target === undefined ? messages.forms : messages.glob);
  if (target === undefined || fieldOf(target, variable) !== "name") return flawed(at, messages.forms);
  if (argument === undefined || args.length > 1) return flawed(at, messages.forms);
  return Result.map(textOf(argument), (value) => ({ key, values: [value], at: argument.at }));
};

const asksOf = (syntax: Syntax, variable: string): Read<ReadonlyArray<Ask>> => {
  switch (syntax.kind) {
    case "and":
      return Result.map(Result.all(syntax.of.map((each) => asksOf(each, variable))), (asks) => asks.flat());
    case "relation":
      return Result.map(askRelation(syntax, variable), (ask) => [ask]);
    case "call":
      return Result.map(askCall(syntax, variable), (ask) => [ask]);
    case "or":
      return flawed(syntax.at, messages.or);
    case "not":
      return flawed(syntax.at, messages.not);
    default:
      return flawed(syntax.at, messages.forms);
  }
};

/** The asks by what they ask for. */
interface Sorted {
  readonly subject: Ask | undefined;
  readonly connection: Ask | undefined;
  readonly kind: Ask | undefined;
}

const isSubject = ({ key }: Ask): boolean => key !== "connection" && key !== "kind";

const sorted = (asks: ReadonlyArray<Ask>): Read<Sorted> => {
  const subjects = asks.filter(isSubject);
  const connections = asks.filter(({ key }) => key === "connection");
  const kinds = asks.filter(({ key }) => key === "kind");
  const again = [subjects[1], connections[1], kinds[1]].find((ask) => ask !== undefined);
  if (again !== undefined) return flawed(again.at, messages.twice);
  const [subject] = subjects;
  const [connection] = connections;
  const [kind] = kinds;
  const listed = [connection, subject === undefined ? undefined : kind].find(
    (ask) => ask !== undefined && ask.values.length > 1,
  );
  return listed === undefined
    ? Result.succeed({ subject, connection, kind })
    : flawed(listed.at, messages.list);
};

const ofKind = ({ connection, kind }: Sorted, at: number): Read => {
  if (kind === undefined) return flawed(at, messages.connection);
  if (connection !== undefined) return flawed(connection.at, messages.kind);
  const leaves = kind.values.map((groupKind) => checked({ groupKind }, kind.at));
  return Result.map(Result.all(leaves), (all) => joined("any", all));
};

/** Whose name it is, as far as it is said. */
const whose = ({ connection, kind }: Sorted) => ({
  ...(connection === undefined ? {} : { connection: connection.values[0] }),
  ...(kind === undefined ? {} : { kind: kind.values[0] }),
});

const leafOf = (subject: Ask, value: string, rest: Sorted): Read => {
  const { key, at } = subject;
  const { connection, kind } = rest;
  const beside = connection ?? kind;
  if (key === "id") {
    return beside === undefined ? checked({ group: value }, at) : flawed(beside.at, messages.id);
  }
  if (key !== "externalId") return checked({ groupName: { [key]: value, ...whose(rest) } }, at);
  return connection === undefined || kind !== undefined
    ? flawed(at, messages.external)
    : checked({ externalGroup: { connection: connection.values[0], id: value } }, at);
};

const oneGroup = (body: Syntax, variable: string): Read =>
  Result.gen(function* () {
    const asks = yield* sorted(yield* asksOf(body, variable));
    const { subject } = asks;
    if (subject === undefined) return yield* ofKind(asks, body.at);
    const leaves = yield* Result.all(subject.values.map((value) => leafOf(subject, value, asks)));
    return joined("any", leaves);
  });

/** Some group that is this or that: some group is this, or some group is that. */
const alternatives = (body: Syntax): ReadonlyArray<Syntax> =>
  body.kind === "or" ? body.of.flatMap(alternatives) : [body];

const onlyGroups =
  'write exists only of groups: for an attribute with several values, user.emails.value == "…" looks at each';

/** Reads `groups.exists(g, …)`. */
export const readExists = ({ list, variable, body, at }: Exists): Read<Condition> => {
  if (list.kind !== "path" || list.root !== "groups" || list.steps.length > 0) return flawed(at, onlyGroups);
  const each = alternatives(body).map((one) => oneGroup(one, variable));
  return Result.map(Result.all(each), (all) => joined("any", all));
};
