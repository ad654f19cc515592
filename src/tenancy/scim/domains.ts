/** The domains of an organization: claimed by a command, verified by a TXT record that only their owner can publish. */
import { randomBytes } from "node:crypto";
import { Effect, Result } from "effect";
import { domainOf, InvalidValue, NotFound, NotUnique, type Origin, TooMany } from "../../domain/index.ts";
import {
  type DomainRow,
  deleteDomain,
  findDomain,
  freeDomain,
  addDomain as insertDomain,
  listDomains,
  lockDomain,
  lockScimSwitches,
  recordEvent,
  setVerified,
  type TenantTx,
  takeDomain,
} from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { TxtRecords } from "./dns.ts";

const most = 100;

/** Where the record of a domain is looked for, and what it must say. */
export const recordName = ({ name }: DomainRow): string => `_rolebridge-challenge.${name}`;
export const recordValue = ({ challenge }: DomainRow): string =>
  `rolebridge-domain-verification=${challenge}`;

const nameOf = (text: string) => {
  const name = domainOf(text.trim().replace(/\.$/, ""));
  return name === undefined
    ? Effect.fail(
        new InvalidValue({
          detail: "name: use a domain with at least two labels, such as acme.test; no address and no *.",
        }),
      )
    : Effect.succeed(name);
};

const happened = (tx: TenantTx, type: string, origin: Origin, domain: string) =>
  recordEvent(tx, {
    type,
    origin,
    subject: { kind: "organization", id: tx.organization },
    data: { domain },
  });

const known = Effect.fnUntraced(function* (found: DomainRow | undefined, name: string) {
  const hint = `Claim it first: rolebridge domain add ${name}`;
  return found ?? (yield* new NotFound({ kind: "domain", id: name, hint }));
});

export const viewDomains = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "connection:read", (tx) => listDomains(tx));

/** Claims a domain. That says nothing yet: it counts once it is verified. */
export const claimDomain = (caller: Caller, target: Target, text: string) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const name = yield* nameOf(text);
      // The lock makes two who claim at once count one after the other.
      yield* lockScimSwitches(tx);
      if ((yield* listDomains(tx)).length >= most) {
        return yield* new TooMany({
          detail: `An organization has at most ${most} domains. Remove one of them first.`,
        });
      }
      if (!(yield* insertDomain(tx, name, randomBytes(24).toString("base64url")))) {
        return yield* new NotUnique({ detail: `The domain ${name} is claimed already: verify it.` });
      }
      yield* happened(tx, "domain.added", origin, name);
      return yield* known(yield* findDomain(tx, name), name);
    }),
  );

export type DomainOutcome = "verified" | "absent" | "other" | "unknown";

export interface DomainCheck {
  readonly domain: DomainRow;
  readonly outcome: DomainOutcome;
  readonly detail: string;
}

const verified = (domain: DomainRow): DomainCheck => ({
  domain,
  outcome: "verified",
  detail: `${domain.name} is verified.`,
});

/** Why the answer proves nothing; undefined where it does. */
const lackIn = (domain: DomainRow, texts: ReadonlyArray<string>): DomainCheck | undefined => {
  const wanted = recordValue(domain);
  if (texts.some((text) => text.trim() === wanted)) return undefined;
  const where = recordName(domain);
  return texts.length === 0
    ? {
        domain,
        outcome: "absent",
        detail: `There is no TXT record at ${where}. Publish it, wait until it is seen, then verify again.`,
      }
    : {
        domain,
        outcome: "other",
        detail: `The TXT record at ${where} says something else. Publish the value that "domain list" shows.`,
      };
};

const unknown = (domain: DomainRow, code: string): DomainCheck => ({
  domain,
  outcome: "unknown",
  detail: `The name servers did not answer for ${recordName(domain)} (${code}). Nothing was changed; try again later.`,
});

/** A domain that is the same as when its record was looked up becomes the organization's, unless it is another's. */
const settle = (caller: Caller, target: Target, before: DomainRow) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const { name } = before;
      const now = yield* known(yield* lockDomain(tx, name), name);
      if (now.verifiedAt !== null) return verified(now);
      if (now.challenge !== before.challenge) {
        return yield* new InvalidValue({
          detail: `Somebody claimed ${name} anew in the meantime. Look at its record and verify again.`,
        });
      }
      if (!(yield* takeDomain(tx, name))) {
        return yield* new NotUnique({
          detail: `The domain ${name} is taken: it was verified elsewhere in this installation. Ask whoever runs it.`,
        });
      }
      yield* setVerified(tx, name);
      yield* happened(tx, "domain.verified", origin, name);
      return verified(yield* known(yield* findDomain(tx, name), name));
    }),
  );

/**
 * Looks the domain's record up and says what came of it. One that was verified stays so, whatever the name servers
 * say now. Whether another organization has it is told only to whoever published the record.
 */
export const verifyDomain = Effect.fn("verifyDomain")(function* (
  caller: Caller,
  target: Target,
  text: string,
) {
  const name = yield* nameOf(text);
  const domain = yield* inOrganization(caller, target, "connection:write", (tx) =>
    Effect.flatMap(findDomain(tx, name), (found) => known(found, name)),
  );
  if (domain.verifiedAt !== null) return verified(domain);
  // Asks name servers: not while a transaction is open.
  const { lookup } = yield* TxtRecords;
  const texts = yield* Effect.result(lookup(recordName(domain)));
  if (Result.isFailure(texts)) return unknown(domain, texts.failure.code);
  return lackIn(domain, texts.success) ?? (yield* settle(caller, target, domain));
});

const lastOne = (name: string) =>
  new InvalidValue({
    detail: `${name} is the last verified domain, and only users of verified domains are let in. Switch that off first: rolebridge organization set --domains-only off`,
  });

/** Gives a domain up: whoever verifies it next has it. */
export const removeDomain = (caller: Caller, target: Target, text: string) =>
  inOrganization(
    caller,
    target,
    "connection:write",
    Effect.fnUntraced(function* (tx, origin) {
      const name = yield* nameOf(text);
      const { domainsOnly } = yield* lockScimSwitches(tx);
      const domain = yield* known(yield* lockDomain(tx, name), name);
      const others = (yield* listDomains(tx)).filter((one) => one.verifiedAt !== null && one.name !== name);
      if (domainsOnly && domain.verifiedAt !== null && others.length === 0) return yield* lastOne(name);
      yield* freeDomain(tx, name);
      yield* deleteDomain(tx, name);
      yield* happened(tx, "domain.removed", origin, name);
      return domain;
    }),
  );
