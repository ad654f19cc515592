/** Is an account active? Only connections with lifecycle authority are asked. */
import type { ConnectionFact, ConnectionKind, Facts, PersonFact } from "../domain/index.ts";
import { byText } from "./order.ts";

export interface Lifecycle {
  readonly active: boolean;
  /** Why, in words without personal data. */
  readonly because: string;
}

const synced: ReadonlySet<ConnectionKind> = new Set(["scim", "keycloak", "zitadel"]);

const connectionsOf = (facts: Facts): ReadonlyArray<ConnectionFact> => {
  const [first, ...others] = facts.people;
  // Most accounts come through one connection.
  if (first !== undefined && others.length + facts.lost.length === 0) return [first.connection];
  const all = [...facts.people.map(({ connection }) => connection), ...facts.lost];
  return [...new Map(all.map((connection) => [connection.id, connection])).values()];
};

/**
 * The connections whose word on active or inactive counts for this account. A disabled one keeps what it said last:
 * whoever turns the authoritative source off, in an incident say, must not bring back those who have left.
 */
export const authoritative = (facts: Facts): ReadonlyArray<ConnectionFact> => {
  const connections = connectionsOf(facts);
  const hasScim = connections.some(({ kind }) => kind === "scim");
  return connections.filter(
    ({ kind, lifecycleAuthority }) => lifecycleAuthority ?? (hasScim ? kind === "scim" : synced.has(kind)),
  );
};

// A deletion counts as much as "inactive": otherwise it would reactivate through a weaker source.
const objection = (connection: ConnectionFact, facts: Facts): string | null => {
  const people = facts.people.filter((person) => person.connection.id === connection.id);
  if (people.some(({ active }) => active)) return null;
  return `connection ${connection.slug} ${people.length > 0 ? "says inactive" : "deleted the person"}`;
};

/** Why an account is active. */
export const noObjection = "no connection with lifecycle authority says otherwise";

/** Why an account is not, where an operator decided it. */
export const suspension = "an operator suspended it";

/** An account is active unless an operator suspended it or a connection with lifecycle authority says otherwise. */
export const lifecycle = (facts: Facts): Lifecycle => {
  if (facts.decided.suspended !== null) return { active: false, because: suspension };
  const objections = authoritative(facts)
    .map((connection) => objection(connection, facts))
    .filter((text) => text !== null);
  if (objections.length > 0) return { active: false, because: objections.toSorted(byText).join(", ") };
  return { active: true, because: noObjection };
};

/** The directory users whose facts count: active ones of enabled connections. */
export const contributing = (facts: Facts): ReadonlyArray<PersonFact> =>
  facts.people.filter(({ active, connection }) => active && connection.enabled);
