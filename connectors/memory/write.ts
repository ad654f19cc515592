/** One change made in a directory in memory, by whomever. Says by a hint what it touched; nothing when it was so before. */
import { type Applied, type Change, ConnectorFailure, type Person, type UserFact } from "../connector.ts";
import type { Directory } from "./directory.ts";
import { append, userHint } from "./journal.ts";
import { emailOf, fold, resourceOf } from "./resource.ts";

const failure = (reason: ConnectorFailure["reason"], detail: string) =>
  new ConnectorFailure({ reason, detail });

const byId = (directory: Directory, id: string) => directory.users.find((user) => user.id === id);

export const named = ({ users }: Directory, name: string) =>
  users.filter(({ resource }) => fold(resource["userName"]) === fold(name));
export const withEmail = ({ users }: Directory, email: string) =>
  users.filter((user) => fold(emailOf(user)) === fold(email));

/** Whoever else has the name or the email. */
const rival = (directory: Directory, { userName, email }: Partial<Person>, own?: string) =>
  [
    ...(userName === undefined ? [] : named(directory, userName)),
    ...(email ? withEmail(directory, email) : []),
  ].find(({ id }) => id !== own);

const taken = failure("conflict", "Somebody else in the directory has this name or this email.");

type Outcome = Applied | ConnectorFailure;
const changed = (id: string): Outcome => ({ _tag: "Changed", id });
const already = (id: string): Outcome => ({ _tag: "Already", id });

const create = (directory: Directory, { person }: Extract<Change, { _tag: "Create" }>): Outcome => {
  const [holder] = named(directory, person.userName);
  if (holder !== undefined) return already(holder.id);
  if (rival(directory, person) !== undefined) return taken;
  const id = crypto.randomUUID();
  const user: UserFact = { _tag: "User", id, resource: resourceOf({ active: true }, person) };
  directory.users = [...directory.users, user];
  return changed(id);
};

const update = (directory: Directory, { user: id, person }: Extract<Change, { _tag: "Update" }>): Outcome => {
  const user = byId(directory, id);
  if (user === undefined) return failure("missing", "The directory has no such person.");
  if (rival(directory, person, id) !== undefined) return taken;
  const resource = resourceOf(user.resource, person);
  if (JSON.stringify(resource) === JSON.stringify(resourceOf(user.resource, {}))) return already(id);
  directory.users = directory.users.map((each) => (each === user ? { ...user, resource } : each));
  return changed(id);
};

const remove = (directory: Directory, { user: id }: Extract<Change, { _tag: "Remove" }>): Outcome => {
  if (byId(directory, id) === undefined) return already(id);
  directory.users = directory.users.filter((user) => user.id !== id);
  directory.memberships = directory.memberships.filter(({ user }) => user !== id);
  return changed(id);
};

const move = (
  directory: Directory,
  { _tag, user, group }: Extract<Change, { _tag: "Join" | "Leave" }>,
): Outcome => {
  const there =
    byId(directory, user) !== undefined &&
    directory.groups.some(({ id, kind }) => id === group.id && kind === group.kind);
  if (!there)
    return _tag === "Leave"
      ? already(user)
      : failure("missing", "The directory has no such person or no such group.");
  const others = directory.memberships.filter((each) => each.user !== user || each.group !== group.id);
  const inside = others.length < directory.memberships.length;
  if (inside === (_tag === "Join")) return already(user);
  directory.memberships =
    _tag === "Join" ? [...others, { _tag: "Membership", user, group: group.id }] : others;
  return changed(user);
};

const outcome = (directory: Directory, change: Change): Outcome => {
  switch (change._tag) {
    case "Create":
      return create(directory, change);
    case "Update":
      return update(directory, change);
    case "Remove":
      return remove(directory, change);
    case "Join":
    case "Leave":
      return move(directory, change);
  }
};

interface Manner {
  readonly actor?: string;
  readonly silently?: boolean;
}

/** Disabling goes first and alone, so that a name that is taken keeps nobody active. */
const disabled = (directory: Directory, change: Change, manner: Manner): boolean => {
  if (change._tag !== "Update" || change.person.active !== false) return false;
  if (Object.keys(change.person).length === 1) return false;
  return write(directory, { ...change, person: { active: false } }, manner)._tag === "Changed";
};

/** What is written of a person is called by their email here, and has no other userName. */
const byEmail = (change: Change): Change => {
  if (change._tag !== "Create" && change._tag !== "Update") return change;
  const { userName: _, ...person } = change.person;
  const named = person.email ? { ...person, userName: person.email } : person;
  return change._tag === "Update"
    ? { ...change, person: named }
    : { ...change, person: { ...named, userName: person.email ?? "" } };
};

/** Makes the change and tells of it, as done by `actor`; `silently` makes it without a hint. */
export const write = (directory: Directory, asked: Change, manner: Manner = {}): Outcome => {
  const { actor, silently = false } = manner;
  const change = directory.isNamedByEmail === true ? byEmail(asked) : asked;
  const before = disabled(directory, change, manner);
  const result = outcome(directory, change);
  if (result._tag === "Changed" && !silently) append(directory.journal, userHint(result.id, actor));
  return before && result._tag === "Already" ? changed(result.id) : result;
};
