/** Is an account active? Only connections with lifecycle authority are asked. */
import type { ConnectionFact, ConnectionKind, Facts, PersonFact } from "../domain/index.ts";
import { byText } from "./order.ts";

export interface Lifecycle {
  readonly active: boolean;
  /** Why, in words without personal data. */
  readonly because: string;
}

const synced: ReadonlySet<ConnectionKind> = new Set(["scim", "keycloak", "zitadel"]);

/** Whom we made says nothing, neither by being there nor by being disabled. */
const isTheirs = ({ isOurs }: PersonFact): boolean => !isOurs;

const waits = (connection: ConnectionFact): boolean => connection.waits === true;

const connectionsOf = (facts: Facts): ReadonlyArray<ConnectionFact> => {
  const first = facts.people[0];
  // Most accounts come through one connection.
  if (first !== undefined && facts.people.length + facts.lost.length === 1)
    return first.isOurs ? [] : [first.connection];
  const all = [...facts.people.filter(isTheirs).map(({ connection }) => connection), ...facts.lost];
  return [...new Map(all.map((connection) => [connection.id, connection])).values()];
};

/**
 * The connections whose word on active or inactive counts for this account. A disabled one keeps what it said last:
 * whoever turns the authoritative source off, in an incident say, must not bring back those who have left.
 */
export const authoritative = (facts: Facts): ReadonlyArray<ConnectionFact> =>
  authoritativeAmong(connectionsOf(facts));

const authoritativeAmong = (all: ReadonlyArray<ConnectionFact>): ReadonlyArray<ConnectionFact> => {
  const connections = all.some(waits) ? all.filter((connection) => !waits(connection)) : all;
  const hasScim = connections.some(({ kind }) => kind === "scim");
  return connections.filter(
    ({ kind, lifecycleAuthority }) => lifecycleAuthority ?? (hasScim ? kind === "scim" : synced.has(kind)),
  );
};

// A deletion counts as much as "inactive": otherwise it would reactivate through a weaker source.
const objection = (connection: ConnectionFact, facts: Facts): string | null => {
  let isKnown = false;
  for (const person of facts.people) {
    if (person.connection.id !== connection.id || person.isOurs) continue;
    if (person.active) return null;
    isKnown = true;
  }
  return `connection ${connection.slug} ${isKnown ? "says inactive" : "deleted the person"}`;
};

/** Why an account is active. */
export const noObjection = "no connection with lifecycle authority says otherwise";

/** Why an account is not, where an operator decided it. */
export const suspension = "an operator suspended it";

/** Why an account is not, of which nothing counts yet. */
export const waiting = (slugs: ReadonlyArray<string>): string =>
  `connection ${slugs.toSorted(byText).join(", ")} waits for the plan of its first sync`;

const undisputed: Lifecycle = { active: true, because: noObjection };
const suspended: Lifecycle = { active: false, because: suspension };

/**
 * An account is active unless an operator suspended it, a connection with lifecycle authority says otherwise, or only
 * connections know it that do not count yet.
 */
export const lifecycle = (facts: Facts): Lifecycle => {
  if (facts.decided.suspended !== null) return suspended;
  const connections = connectionsOf(facts);
  if (connections.length > 0 && connections.every(waits))
    return { active: false, because: waiting(connections.map(({ slug }) => slug)) };
  const objections: Array<string> = [];
  for (const connection of authoritativeAmong(connections)) {
    const text = objection(connection, facts);
    if (text !== null) objections.push(text);
  }
  if (objections.length === 0) return undisputed;
  return { active: false, because: objections.toSorted(byText).join(", ") };
};

/** Do its facts count? */
export const counts = ({ enabled, waits }: ConnectionFact): boolean => enabled && waits !== true;

/** The directory users whose facts count: active ones of connections that do. Whom we made, we also disable. */
export const contributing = (facts: Facts): ReadonlyArray<PersonFact> =>
  facts.people.filter(({ active, isOurs, connection }) => (active || isOurs) && counts(connection));
