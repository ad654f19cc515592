/** From a file to what must be done, for commands that only tell it and for those that do it. */
import { dirname } from "node:path";
import { Effect, Result } from "effect";
import { Flag } from "effect/cli";
import { findOrganization } from "../../client/index.ts";
import { type Change, changesTo, readConfiguration, type Wish } from "../../config/index.ts";
import { readText } from "../../document.ts";
import { NotGiven } from "../../failure.ts";
import type { Kind } from "../../server.ts";
import { sectionsOf, stateOf, waitingDraft } from "./state.ts";

export const file = Flag.String("file").pipe(
  Flag.withAlias("f"),
  Flag.withMetavar("FILE"),
  Flag.withDescription("The configuration as YAML; - is stdin."),
);

export const prune = Flag.Boolean("prune").pipe(
  Flag.withDescription("Remove roles, scopes and applications that are not in the file."),
  Flag.withDefault(false),
);

export const secrets = Flag.Boolean("secrets").pipe(
  Flag.withDescription(
    "Send the secrets again that the file says where to find, also where nothing else changes.",
  ),
  Flag.withDefault(false),
);

/** Where a file's own paths begin. */
export const folderOf = (file: string): string => (file === "-" ? "." : dirname(file));

const read = Effect.fnUntraced(function* (file: string, kinds: ReadonlyArray<Kind>) {
  const found = readConfiguration(yield* readText(file), kinds);
  if (Result.isSuccess(found)) return found.success;
  const name = file === "-" ? "What was piped in" : file;
  return yield* new NotGiven({ message: `${name} cannot be used:\n${found.failure}` });
});

/** A file says whose it is: what is meant for one organization never reaches another. */
const mustBeFor = Effect.fnUntraced(function* (slug: string | undefined, file: string) {
  const organization = yield* findOrganization();
  if (slug === undefined || slug === organization) return organization;
  return yield* new NotGiven({
    message: `${file} is for the organization ${slug}, and the one at hand is ${organization}. Add --organization ${slug}, or name another file.`,
  });
});

const mustBePossible = (changes: ReadonlyArray<Change>) => {
  const sentences = changes.flatMap(({ refused }) => refused ?? []);
  return sentences.length === 0 ? Effect.void : Effect.fail(new NotGiven({ message: sentences.join("\n") }));
};

/** What the file asks for and is not so yet. */
export const wantedChanges = Effect.fn("wantedChanges")(function* (
  file: string,
  wish: Wish,
  kinds: ReadonlyArray<Kind>,
) {
  const document = yield* read(file, kinds);
  const organization = yield* mustBeFor(document.organization, file);
  const now = yield* stateOf(sectionsOf(document), kinds);
  const draft = document.mapping === undefined ? undefined : yield* waitingDraft();
  const changes = changesTo(document, { now, draft }, wish, kinds);
  yield* mustBePossible(changes);
  return { organization, changes };
});

/** Is there anything to do, or only something to tell? */
export const isChange = ({ sign }: Pick<Change, "sign">): boolean => sign !== "=";
