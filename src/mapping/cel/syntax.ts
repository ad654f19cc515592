/** A CEL text as the few forms that conditions are read from. The only file that knows the parser. */
// biome-ignore lint/style/noRestrictedImports: it finds the parser, which is too heavy to be loaded with everything else.
import { createRequire } from "node:module";
import type { parse } from "@bufbuild/cel";
import { Result } from "effect";
import { type Flaw, flawed } from "./flaw.ts";

/** What conditions are about. `at` is where it stands. */
export type Term =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null; readonly at: number }
  | {
      readonly kind: "path";
      readonly root: string;
      readonly steps: ReadonlyArray<string>;
      readonly at: number;
    }
  | { readonly kind: "list"; readonly items: ReadonlyArray<Term>; readonly at: number }
  | Call
  | { readonly kind: "other"; readonly at: number };

export interface Call {
  readonly kind: "call";
  readonly name: string;
  readonly target: Term | undefined;
  readonly args: ReadonlyArray<Term>;
  readonly at: number;
}

export const relations = ["==", "!=", "<", "<=", ">", ">=", "in"] as const;

export interface Relation {
  readonly kind: "relation";
  readonly sign: (typeof relations)[number];
  readonly left: Term;
  readonly right: Term;
  readonly at: number;
}

export interface Exists {
  readonly kind: "exists";
  readonly list: Term;
  readonly variable: string;
  readonly body: Syntax;
  readonly at: number;
}

export type Syntax =
  | { readonly kind: "and" | "or"; readonly of: readonly [Syntax, Syntax]; readonly at: number }
  | { readonly kind: "not"; readonly of: Syntax; readonly at: number }
  | { readonly kind: "has"; readonly path: Term; readonly at: number }
  | Exists
  | Relation
  | Term;

type Parsed = ReturnType<typeof parse>;
type Expr = NonNullable<Parsed["expr"]>;
type ExprOf<Case extends Expr["exprKind"]["case"]> = Extract<Expr["exprKind"], { case: Case }>["value"];
type Source = NonNullable<Parsed["sourceInfo"]>;

const atOf = ({ id }: Expr, { positions }: Source): number => positions[id.toString()] ?? 0;

const numberOf = (value: bigint): number | undefined =>
  Number.isSafeInteger(Number(value)) ? Number(value) : undefined;

const constantOf = ({ constantKind }: ExprOf<"constExpr">): string | number | boolean | null | undefined => {
  switch (constantKind.case) {
    case "nullValue":
      return null;
    case "int64Value":
      return numberOf(constantKind.value);
    case "doubleValue":
      return Number.isFinite(constantKind.value) ? constantKind.value : undefined;
    case "stringValue":
    case "boolValue":
      return constantKind.value;
    default:
      return undefined;
  }
};

/** One step down a path: `a.b` or `a["b"]`. */
const stepOf = ({ exprKind }: Expr): { readonly from: Expr; readonly step: string } | undefined => {
  if (exprKind.case === "selectExpr" && !exprKind.value.testOnly && exprKind.value.operand !== undefined) {
    return { from: exprKind.value.operand, step: exprKind.value.field };
  }
  if (exprKind.case !== "callExpr" || exprKind.value.function !== "_[_]") return undefined;
  const [from, index] = exprKind.value.args;
  const value = index?.exprKind.case === "constExpr" ? constantOf(index.exprKind.value) : undefined;
  return from !== undefined && typeof value === "string" ? { from, step: value } : undefined;
};

const pathOf = (expr: Expr, source: Source): Term => {
  const steps: Array<string> = [];
  let from = expr;
  for (let found = stepOf(from); found !== undefined; found = stepOf(from)) {
    steps.unshift(found.step);
    from = found.from;
  }
  const at = atOf(from, source);
  return from.exprKind.case === "identExpr"
    ? { kind: "path", root: from.exprKind.value.name, steps, at }
    : { kind: "other", at: atOf(expr, source) };
};

const termOf = (expr: Expr, source: Source): Term => {
  const { exprKind } = expr;
  const at = atOf(expr, source);
  if (exprKind.case === "constExpr") {
    const value = constantOf(exprKind.value);
    return value === undefined ? { kind: "other", at } : { kind: "literal", value, at };
  }
  if (exprKind.case === "listExpr") {
    return { kind: "list", items: exprKind.value.elements.map((each) => termOf(each, source)), at };
  }
  // Functions have names; operators are called like "_-_", and nest without brackets as deep as the text is long.
  if (exprKind.case === "callExpr" && /^\w*[a-z]\w*$/i.test(exprKind.value.function)) {
    const { target, args, function: name } = exprKind.value;
    const of = target === undefined ? undefined : termOf(target, source);
    return { kind: "call", name, target: of, args: args.map((each) => termOf(each, source)), at };
  }
  return pathOf(expr, source);
};

const signs: Readonly<Record<string, Relation["sign"]>> = {
  ...Object.fromEntries(relations.map((sign) => [`_${sign}_`, sign])),
  "@in": "in",
};

const joints: Readonly<Record<string, "and" | "or">> = { "_&&_": "and", "_||_": "or" };

const callOf = (call: ExprOf<"callExpr">, expr: Expr, source: Source): Syntax => {
  const at = atOf(expr, source);
  const [first, second] = call.args;
  if (first === undefined) return termOf(expr, source);
  if (call.function === "!_") return { kind: "not", of: syntaxOf(first, source), at };
  if (second === undefined) return termOf(expr, source);
  const joint = joints[call.function];
  if (joint !== undefined) {
    return { kind: joint, of: [syntaxOf(first, source), syntaxOf(second, source)], at };
  }
  const sign = signs[call.function];
  return sign === undefined
    ? termOf(expr, source)
    : { kind: "relation", sign, left: termOf(first, source), right: termOf(second, source), at };
};

/** A macro is parsed into the loop it stands for; which one it was stands beside it. */
const macroOf = (loop: ExprOf<"comprehensionExpr">, expr: Expr, source: Source): Syntax => {
  const at = atOf(expr, source);
  const made = source.macroCalls[expr.id.toString()]?.exprKind;
  const step = loop.loopStep?.exprKind;
  const body = step?.case === "callExpr" ? step.value.args[1] : undefined;
  const name = made?.case === "callExpr" ? made.value.function : "";
  if (name !== "exists" || loop.iterRange === undefined || body === undefined) {
    return { kind: "call", name, target: undefined, args: [], at };
  }
  const list = termOf(loop.iterRange, source);
  return { kind: "exists", list, variable: loop.iterVar, body: syntaxOf(body, source), at };
};

const syntaxOf = (expr: Expr, source: Source): Syntax => {
  const { exprKind } = expr;
  if (exprKind.case === "callExpr") return callOf(exprKind.value, expr, source);
  if (exprKind.case === "comprehensionExpr") return macroOf(exprKind.value, expr, source);
  if (exprKind.case === "selectExpr" && exprKind.value.testOnly) {
    // As if it were no test, the path is as any other.
    const value = { ...exprKind.value, testOnly: false };
    const path = pathOf({ ...expr, exprKind: { ...exprKind, value } }, source);
    return { kind: "has", path, at: atOf(expr, source) };
  }
  return termOf(expr, source);
};

const load = createRequire(import.meta.url);

// 100 ms and 20 MB: only who writes CEL pays for its parser.
const parserOf = (): { readonly parse: typeof parse } => load("@bufbuild/cel");

const own = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

const offsetIn = (error: unknown): number => {
  const offset = own(own(own(error, "location"), "start"), "offset");
  return typeof offset === "number" ? offset : 0;
};

const notCel =
  "go on from here in CEL: compare with ==, join with && and ||, close every bracket, put texts into quotes";

/** Reads a text that the guard let through. */
export const syntaxIn = (text: string): Result.Result<Syntax, Flaw> => {
  const parsed = Result.try({
    try: () => parserOf().parse(text),
    catch: (error): Flaw => ({ at: offsetIn(error), sentence: notCel }),
  });
  return Result.flatMap(parsed, ({ expr, sourceInfo }) =>
    expr === undefined || sourceInfo === undefined
      ? flawed(0, notCel)
      : Result.succeed(syntaxOf(expr, sourceInfo)),
  );
};
