/** Finds everything kept under any prefix of a text, in steps that the text bounds. */
export interface Branch<T> {
  /** What stands between the branch above and this one. */
  label: string;
  readonly items: Array<T>;
  children: Map<number, Branch<T>>;
}

const branch = <T>(label: string): Branch<T> => ({ label, items: [], children: new Map() });

const sharedLength = (a: string, b: string): number => {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
};

/** A tree of prefixes in which a branch stands for as much text as its children share. */
export class Prefixes<T> {
  readonly root = branch<T>("");

  add(prefix: string, item: T): void {
    let at = this.root;
    let rest = prefix;
    while (rest !== "") {
      at = this.#child(at, rest);
      rest = rest.slice(at.label.length);
    }
    at.items.push(item);
  }

  /** The child of `parent` that holds the beginning of `rest`, split off or made new where there is none. */
  #child(parent: Branch<T>, rest: string): Branch<T> {
    const first = rest.charCodeAt(0);
    const known = parent.children.get(first);
    if (known === undefined) {
      const made = branch<T>(rest);
      parent.children.set(first, made);
      return made;
    }
    const shared = sharedLength(known.label, rest);
    if (shared === known.label.length) return known;
    const upper = branch<T>(known.label.slice(0, shared));
    known.label = known.label.slice(shared);
    upper.children.set(known.label.charCodeAt(0), known);
    parent.children.set(first, upper);
    return upper;
  }
}

/** The branch under `parent` on the way to `text`, of which `length` characters are behind; `undefined` at the end. */
export const branchTowards = <T>(
  { children }: Branch<T>,
  text: string,
  length: number,
): Branch<T> | undefined => {
  const next = children.get(text.charCodeAt(length));
  return next !== undefined && text.startsWith(next.label, length) ? next : undefined;
};
