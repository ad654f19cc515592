/** From the text of a file to the document, or everything wrong with it and where that stands. */
import { Result, Schema } from "effect";
import { type Complaint, complaints, dotted } from "../../domain/index.ts";
import { readMapping } from "../../mapping/index.ts";
import type { Kind } from "../server.ts";
import { type Configuration, Outline } from "./document.ts";
import { settingComplaints } from "./settings.ts";
import { suggestion } from "./suggest.ts";
import { type Parsed, parseYaml } from "./yaml/index.ts";

const decode = Schema.decodeUnknownResult(Outline, { errors: "all", onExcessProperty: "error" });

const within =
  (...above: ReadonlyArray<PropertyKey>) =>
  ({ path, message }: Complaint): Complaint => ({ path: [...above, ...path], message });

const mappingOf = (value: unknown) =>
  value === undefined
    ? Result.succeed(undefined)
    : Result.mapError(readMapping(value), (found) => found.map(within("mapping")));

const decoded = (
  value: unknown,
  kinds: ReadonlyArray<Kind>,
): Result.Result<Configuration, ReadonlyArray<Complaint>> => {
  const outline = Result.mapError(decode(value), ({ issue }) => complaints(issue));
  if (Result.isFailure(outline)) return Result.fail(outline.failure);
  const { mapping: written, ...rest } = outline.success;
  const found = settingComplaints(rest.connections ?? [], kinds).map(within("connections"));
  const mapping = mappingOf(written);
  if (Result.isFailure(mapping)) return Result.fail([...found, ...mapping.failure]);
  if (found.length > 0) return Result.fail(found);
  return Result.succeed(mapping.success === undefined ? rest : { ...rest, mapping: mapping.success });
};

const shown = 10;

const sentences = ({ place }: Parsed, found: ReadonlyArray<Complaint>): string => {
  const lines = found.slice(0, shown).map(({ path, message }) => {
    const where = dotted(path) || "the document";
    return `${place(path)}, ${where}: ${message}${message === "unknown key" ? suggestion(path) : ""}`;
  });
  return [...lines, ...(found.length > shown ? [`and ${found.length - shown} more`] : [])].join("\n");
};

/**
 * The document in a text, or a line per mistake with line, column and path. `kinds`: the connections that can be read,
 * whose settings are known. No message repeats a value: it may be a secret in the wrong place.
 */
export const readConfiguration = (
  text: string,
  kinds: ReadonlyArray<Kind>,
): Result.Result<Configuration, string> =>
  Result.flatMap(parseYaml(text), (parsed) =>
    Result.mapError(decoded(parsed.value, kinds), (found) => sentences(parsed, found)),
  );
