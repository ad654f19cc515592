/**
 * One schema says three things: what to ask the server for, how to read its answer, and what `--json` prints. So
 * neither a query nor the help can fall behind the code.
 */
import type { Schema, SchemaAST } from "effect";

interface Field {
  readonly name: string;
  readonly type: SchemaAST.AST;
}

/** The object inside lists and "or null"; undefined where there is none. */
const objectIn = (ast: SchemaAST.AST): SchemaAST.Objects | undefined => {
  if (ast._tag === "Objects") return ast;
  const inner = ast._tag === "Arrays" ? ast.rest : ast._tag === "Union" ? ast.types : [];
  return inner.map(objectIn).find((found) => found !== undefined);
};

const fieldsOf = (ast: SchemaAST.AST): ReadonlyArray<Field> =>
  objectIn(ast)?.propertySignatures.map(({ name, type }) => ({ name: String(name), type })) ?? [];

const selection = (ast: SchemaAST.AST): string => {
  const fields = fieldsOf(ast).map(({ name, type }) => `${name}${selection(type)}`);
  return fields.length === 0 ? "" : ` { ${fields.join(" ")} }`;
};

const shape = (ast: SchemaAST.AST): string => {
  // One of several answers, depending on what was asked.
  if (ast._tag === "Union" && ast.types.filter((type) => objectIn(type) !== undefined).length > 1) {
    return ast.types.map(shape).join(" or ");
  }
  if (ast._tag === "Arrays") return `[${ast.rest.map(shape).join()}]`;
  const fields = fieldsOf(ast).map(({ name, type }) => {
    const inner = shape(type);
    return inner === "" ? name : `${name}: ${inner}`;
  });
  return fields.length === 0 ? "" : `{ ${fields.join(", ")} }`;
};

/** The GraphQL selection of what `schema` reads: ` { id name }`, or nothing for a plain value. */
export const selectionOf = (schema: Schema.Top): string => selection(schema.ast);

/** The form of what `schema` reads, for people: `[{ id, name }]`. */
export const shapeOf = (schema: Schema.Top): string => shape(schema.ast);
