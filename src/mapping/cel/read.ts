/** Reads a whole condition. */
import { Result } from "effect";
import type { Condition } from "../condition/index.ts";
import { flawed } from "./flaw.ts";
import { readExists } from "./groups.ts";
import { checked, joined, oneOf, type Read, textOf } from "./leaf.ts";
import type { Call, Relation, Syntax, Term } from "./syntax.ts";
import { attributeOf, isDated, readAttribute, readDate, readPresent } from "./user.ts";

const messages = {
  names: "use only groups, user, emailDomain and connection, joined with &&, || and !",
  other: 'put what ! is about into brackets, as in !(user.title == "Engineer"), and compare nothing twice',
  truth: 'compare with something, such as user.title == "Engineer" or user.remote == true',
  always: "leave true and false out: a condition says when it holds",
  member:
    'write groups.exists(g, g.name == "…"); only a group\'s id, a lower-case UUID, may stand before in groups',
  inside:
    'write user.emails.value == "…", which looks at each value, or has(user.title) for what is there at all',
  has: "write has(user.title), with a dot before the last part, or user.title != null",
  functions:
    "use only groups.exists(g, …), has(user.…) and timestamp(…), and of a group's name startsWith and glob",
};

/** A term that stands for the whole person: `emailDomain`, `connection`. */
const isWhole = (term: Term, root: string): boolean =>
  term.kind === "path" && term.root === root && term.steps.length === 0;

const wholes = ["emailDomain", "connection"] as const;

const readWhole = (key: (typeof wholes)[number], sign: "==" | "in", right: Term): Read =>
  Result.gen(function* () {
    const values = yield* oneOf(sign, right, textOf);
    return joined("any", yield* Result.all(values.map((value) => checked({ [key]: value }, right.at))));
  });

const readMember = (left: Term, right: Term): Read | undefined => {
  if (attributeOf(right) !== undefined) return flawed(right.at, messages.inside);
  if (!isWhole(right, "groups")) return undefined;
  return left.kind === "literal"
    ? Result.mapError(checked({ group: left.value }, left.at), ({ at }) => ({
        at,
        sentence: messages.member,
      }))
    : flawed(left.at, messages.member);
};

const readEqual = (left: Term, sign: "==" | "in", right: Term): Read => {
  const name = attributeOf(left);
  if (name !== undefined) {
    const isNull = sign === "==" && right.kind === "literal" && right.value === null;
    return isNull ? readPresent(name, right.at, false) : readAttribute(name, sign, right);
  }
  const whole = wholes.find((root) => isWhole(left, root));
  if (whole !== undefined) return readWhole(whole, sign, right);
  if (left.kind === "other") return flawed(left.at, messages.other);
  return flawed(left.at, left.kind === "call" ? messages.functions : messages.names);
};

const negated = (condition: Condition): Condition => {
  // `!= null` is `has`; the tree can say both.
  const isMissing =
    "attribute" in condition && "present" in condition.attribute && !condition.attribute.present;
  return isMissing ? { attribute: { name: condition.attribute.name, present: true } } : { not: condition };
};

const readRelation = ({ sign, left, right, at }: Relation): Read => {
  if (sign === "in") return readMember(left, right) ?? readEqual(left, sign, right);
  if ((sign !== "==" && sign !== "!=") || isDated(left) || isDated(right)) {
    return readDate(left, sign, right, at);
  }
  const [subject, value] = left.kind === "literal" ? [right, left] : [left, right];
  const equal = readEqual(subject, "==", value);
  return sign === "==" ? equal : Result.map(equal, negated);
};

const readHas = (path: Term, at: number): Read => {
  const name = attributeOf(path);
  return name === undefined ? flawed(at, messages.has) : readPresent(name, at, true);
};

const readCall = ({ name, at }: Call): Read => flawed(at, name === "has" ? messages.has : messages.functions);

const readTerm = (term: Term): Read => {
  if (term.kind === "literal") return flawed(term.at, messages.always);
  if (term.kind === "call") return readCall(term);
  if (term.kind === "other") return flawed(term.at, messages.other);
  const isKnown = ["user", "groups", ...wholes].some((root) => term.kind === "path" && term.root === root);
  return flawed(term.at, isKnown ? messages.truth : messages.names);
};

/** The condition that the syntax means, if the tree has a form for it. */
export const read = (syntax: Syntax): Read => {
  switch (syntax.kind) {
    case "and":
    case "or":
      return Result.map(Result.all(syntax.of.map(read)), (all) =>
        joined(syntax.kind === "and" ? "all" : "any", all),
      );
    case "not":
      return Result.map(read(syntax.of), (not) => ({ not }));
    case "exists":
      return readExists(syntax);
    case "has":
      return readHas(syntax.path, syntax.at);
    case "relation":
      return readRelation(syntax);
    default:
      return readTerm(syntax);
  }
};
