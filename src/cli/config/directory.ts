import type { ConnectionEntry } from "./document.ts";

type Entry = Pick<ConnectionEntry, "slug" | "sameDirectoryAs">;

const isLinked = (entry: Entry, found: ReadonlySet<string>): boolean =>
  found.has(entry.slug) || (entry.sameDirectoryAs ?? []).some((slug) => found.has(slug));

/** The connections that the entries declare the same directory as `slug`, itself too, in order: whoever names whom. */
export const directoryOf = (slug: string, entries: ReadonlyArray<Entry>): ReadonlyArray<string> => {
  const found = new Set([slug]);
  let before = 0;
  while (found.size > before) {
    before = found.size;
    for (const entry of entries.filter((one) => isLinked(one, found))) {
      // Who only stands beside them names nobody.
      if (entry.sameDirectoryAs === undefined) continue;
      for (const other of [entry.slug, ...entry.sameDirectoryAs]) found.add(other);
    }
  }
  return [...found].toSorted();
};
