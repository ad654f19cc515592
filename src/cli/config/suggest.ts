/** What was probably meant by a key that is not known. */
import type { SchemaAST } from "effect";
import type { Path } from "../../domain/index.ts";
import { Written } from "./document.ts";

type Ast = SchemaAST.AST;

/** A value's forms: those of a union, and what a recursive one stands for. */
const formsOf = (ast: Ast): ReadonlyArray<Ast> => {
  if (ast._tag === "Union") return ast.types.flatMap(formsOf);
  return ast._tag === "Suspend" ? formsOf(ast.thunk()) : [ast];
};

const below = (ast: Ast, key: PropertyKey): ReadonlyArray<Ast> => {
  if (ast._tag === "Arrays") return ast.rest.flatMap(formsOf);
  if (ast._tag !== "Objects") return [];
  return ast.propertySignatures.filter(({ name }) => name === key).flatMap(({ type }) => formsOf(type));
};

const keysAt = (path: Path): ReadonlyArray<string> => {
  let forms = formsOf(Written.ast);
  for (const key of path) forms = forms.flatMap((form) => below(form, key));
  return forms.flatMap((form) =>
    form._tag === "Objects" ? form.propertySignatures.map(({ name }) => String(name)) : [],
  );
};

/** How many letters must be added, removed or replaced. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};

const longest = 60;

/** The known name that is nearest to what was written; undefined where none is near. */
export const nearest = (written: string, known: ReadonlyArray<string>): string | undefined => {
  if (written.length > longest) return undefined;
  const near = known
    .map((name) => ({ name, far: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= Math.max(1, Math.floor(name.length / 3)))
    .toSorted((a, b) => a.far - b.far);
  return near[0]?.name;
};

/** ` - did you mean "rules"?`, else what may stand there; the path leads to the unknown key. */
export const suggestion = (path: Path): string => {
  const known = [...new Set(keysAt(path.slice(0, -1)))];
  const name = nearest(String(path.at(-1)), known);
  if (name !== undefined) return `; did you mean ${name}?`;
  return known.length === 0 ? "" : `; use ${known.join(", ")}`;
};
