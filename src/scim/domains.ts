/** "Emails only in these domains": who is refused, and what stays of a refusal. */
import { createHmac } from "node:crypto";
import { Effect, Redacted } from "effect";
import type { JsonObject } from "../domain/index.ts";
import {
  addException,
  hasEventSince,
  listDomains,
  lockOpenException,
  recordEvent,
  type TenantTx,
  type UserState,
  updateException,
} from "../store/index.ts";
import { emailDomainOf } from "../tenancy/index.ts";
import type { ScimContext } from "./context.ts";
import { OutsideDomain, type Refusal } from "./failure.ts";
import { isJsonList, isJsonObject } from "./schema/index.ts";

type Stated = Pick<UserState, "active" | "resource">;

/** Every email address of a user, and the userName where it looks like one. */
const addressesOf = ({ resource }: Stated): ReadonlyArray<string> => {
  const { userName, emails } = resource;
  const values = isJsonList(emails) ? emails.map((email) => isJsonObject(email) && email["value"]) : [];
  const named = typeof userName === "string" && userName.includes("@") ? [userName] : [];
  return [...named, ...values.filter((value) => typeof value === "string")];
};

/**
 * What has to be looked at. Whoever leaves is let go, whatever their addresses: leaving is never slow. Whoever comes
 * back is looked at whole; otherwise only what is new, so that the switch does not freeze those who were there before.
 */
const toCheck = (before: Stated | undefined, after: Stated): ReadonlyArray<string> => {
  if (before === undefined || (after.active && !before.active)) return addressesOf(after);
  if (before.active && !after.active) return [];
  const known = new Set(addressesOf(before));
  return addressesOf(after).filter((address) => !known.has(address));
};

/** The same for the same name, and nobody can tell the name from it without the master key. */
const personOf = ({ tx, connection, masterKey }: ScimContext, { resource }: Stated): string => {
  const about = JSON.stringify(["refused-user", tx.organization, connection, resource["userName"] ?? ""]);
  const hex = createHmac("sha256", Redacted.value(masterKey)).update(about).digest("hex");
  // RFC 9562 §5.8: a UUID of one's own making is of version 8.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const sentence = (domain: string | undefined): string =>
  domain === undefined
    ? '"emails": an address has no domain that can be told for certain. Send addresses like name@acme.test, each with one @.'
    : `"emails": ${domain} is no verified domain of this organization. Send another address, or have an operator add it: rolebridge domain add ${domain}`;

/** Lets a user through whose addresses lie in the organization's domains. One statement, and only where that is on. */
export const requireDomains = Effect.fn("requireDomains")(function* (
  context: ScimContext,
  before: Stated | undefined,
  after: Stated,
) {
  if (!context.domainsOnly) return;
  const addresses = toCheck(before, after);
  if (addresses.length === 0) return;
  const domains = yield* listDomains(context.tx);
  const own = new Set(domains.filter(({ verifiedAt }) => verifiedAt !== null).map(({ name }) => name));
  const outside = addresses.find((address) => !own.has(emailDomainOf(address) ?? ""));
  if (outside === undefined) return;
  const domain = emailDomainOf(outside);
  return yield* new OutsideDomain({
    detail: sentence(domain),
    refusal: {
      organization: context.tx.organization,
      connection: context.connection,
      origin: context.origin,
      domain: domain ?? "none",
      person: personOf(context, after),
    },
  });
});

const kind = "email-outside-domains";
const type = "user.refused";
/** A list that a person can read. */
const mostDomains = 20;

const grown = (detail: JsonObject, domain: string, isNew: boolean): JsonObject => {
  const people = typeof detail["people"] === "number" ? detail["people"] : 0;
  const domains = isJsonList(detail["domains"]) ? detail["domains"] : [];
  const more = domains.includes(domain) || domains.length >= mostDomains ? [] : [domain];
  return { people: people + (isNew ? 1 : 0), domains: [...domains, ...more] };
};

/**
 * What stays of a refusal, in a transaction of its own: the refused one was rolled back. One open exception for each
 * connection, however many are refused, and one event for each person while it is open.
 */
export const keepRefusal = Effect.fn("keepRefusal")(function* (
  tx: TenantTx,
  { connection, origin, domain, person }: Refusal,
) {
  const event = { type, origin, subject: { kind: "refused-user", id: person }, data: { domain } };
  const record = recordEvent(tx, event);
  const open = yield* lockOpenException(tx, kind, connection);
  if (open === undefined) {
    const cause = yield* record;
    const subject = { kind: "connection", id: connection };
    const detail = grown({}, domain, true);
    if (yield* addException(tx, { kind, subject, origin, cause, detail })) return;
    const theirs = yield* lockOpenException(tx, kind, connection);
    if (theirs !== undefined) yield* updateException(tx, theirs.id, grown(theirs.detail, domain, true));
    return;
  }
  const isNew = !(yield* hasEventSince(tx, event, open.createdAt));
  if (isNew) yield* record;
  const detail = grown(open.detail, domain, isNew);
  yield* updateException(tx, open.id, detail);
});
