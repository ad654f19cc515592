/**
 * Turns a schema's tree of issues into a flat list a person can act on. Where a value may take several
 * forms, only the form that was meant is complained about: the one whose keys are all there.
 */
import { SchemaIssue } from "effect";

export type Path = ReadonlyArray<PropertyKey>;

export interface Complaint {
  readonly path: Path;
  readonly message: string;
}

const nested = (issue: SchemaIssue.Issue): ReadonlyArray<SchemaIssue.Issue> =>
  issue._tag === "Composite" ? issue.issues : [issue];

const isMeant = (form: SchemaIssue.Issue): boolean =>
  !nested(form).some((issue) => issue._tag === "Pointer" && issue.issue._tag === "MissingKey");

const ofForms = (issue: SchemaIssue.AnyOf, path: Path): ReadonlyArray<Complaint> => {
  const [form, ...others] = issue.issues.filter(isMeant);
  if (form !== undefined && others.length === 0) return complaints(form, path);
  const message = issue.ast.annotations?.message;
  return [{ path, message: typeof message === "string" ? message : "use one of the documented forms" }];
};

const ofLeaf = (issue: SchemaIssue.Leaf): string => {
  if (issue._tag === "UnexpectedKey") return "unknown key";
  if (issue._tag === "MissingKey") return "is missing";
  return SchemaIssue.defaultLeafHook(issue);
};

/** Everything wrong in `issue`, with where it stands; `path` leads to the value it is about. */
export const complaints = (issue: SchemaIssue.Issue, path: Path = []): ReadonlyArray<Complaint> => {
  switch (issue._tag) {
    case "Pointer":
      return complaints(issue.issue, [...path, ...issue.path]);
    case "Composite":
      return issue.issues.flatMap((each) => complaints(each, path));
    case "AnyOf":
      return ofForms(issue, path);
    case "Encoding":
      return complaints(issue.issue, path);
    case "Filter": {
      const message = SchemaIssue.defaultCheckHook(issue);
      return message === undefined ? complaints(issue.issue, path) : [{ path, message }];
    }
    default:
      return [{ path, message: ofLeaf(issue) }];
  }
};

const shown = 10;

/** All of them as one sentence each, in one line; `place` says in words where one stands. */
export const complaintText = (found: ReadonlyArray<Complaint>, place: (path: Path) => string): string => {
  const lines = found.slice(0, shown).map(({ path, message }) => `${place(path)}: ${message}`);
  return [...lines, ...(found.length > shown ? [`and ${found.length - shown} more`] : [])].join("; ");
};

/** A path as people write it: `rules[0].when`. */
export const dotted = (path: Path): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");

const own = (value: unknown, key: PropertyKey): unknown =>
  typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;

/** How the elements of a document's main list are called: `rule "x" at when` instead of `rules[0].when`. */
export interface Naming {
  readonly list: string;
  readonly field: string;
  readonly word: string;
  /** What the whole document is called. */
  readonly whole: string;
}

/** Says where in `input` a path leads, in the words of its author. */
export const placeIn =
  (input: unknown, { list, field, word, whole }: Naming) =>
  (path: Path): string => {
    const [first, index, ...rest] = path;
    const name = first === list && index !== undefined ? own(own(own(input, list), index), field) : undefined;
    if (typeof name !== "string") return dotted(path) || whole;
    return `${word} ${JSON.stringify(name.slice(0, 63))}${rest.length > 0 ? " at " : ""}${dotted(rest)}`;
  };
