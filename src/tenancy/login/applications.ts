/** Applications that people sign in to, as operators manage them. */
import { Effect } from "effect";
import { type ApplicationId, InvalidValue, NotFound, type Origin, type TokenId } from "../../domain/index.ts";
import {
  type ApplicationRow,
  addApplication,
  findApplication,
  listApplications,
  newId,
  recordEvent,
  removeApplication,
  rotateApplicationSecret,
  type TenantTx,
  updateApplication,
} from "../../store/index.ts";
import { inOrganization, type Target } from "../access.ts";
import type { Caller } from "../caller.ts";
import { labelOf, slugOf } from "../input.ts";
import { mintToken } from "../token.ts";

const mostAddresses = 20;

const wrong = (address: string, what: string) =>
  new InvalidValue({ detail: `returnAddresses: ${address.slice(0, 200)}: ${what}` });

const isLocal = ({ hostname }: URL) =>
  hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";

/** Whoever gets a code there is signed in: only https, but for one's own machine, and nothing that a browser hides. */
const addressOf = Effect.fnUntraced(function* (address: string) {
  const url = URL.parse(address);
  if (url === null || Buffer.byteLength(JSON.stringify(address)) > 1_000 || url.href !== address) {
    return yield* wrong(address, "write it as a browser does, like https://app.acme.test/login");
  }
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal(url))) {
    return yield* wrong(address, "use https.");
  }
  if (url.hash !== "" || address.includes("#") || url.username !== "" || url.password !== "") {
    return yield* wrong(address, "leave out what follows #, user and password.");
  }
  return address;
});

const addressesOf = Effect.fnUntraced(function* (addresses: ReadonlyArray<string>) {
  const unique = [...new Set(addresses)];
  if (unique.length === 0 || unique.length > mostAddresses) {
    return yield* new InvalidValue({ detail: `returnAddresses: give 1 to ${mostAddresses}.` });
  }
  return yield* Effect.forEach(unique, addressOf);
});

const happened = (type: string, origin: Origin, id: string) => ({
  type: `application.${type}`,
  origin,
  subject: { kind: "application", id },
});

const named = Effect.fnUntraced(function* (tx: TenantTx, slug: string) {
  return (yield* findApplication(tx, slug)) ?? (yield* new NotFound({ kind: "application", id: slug }));
});

const giveSecret = Effect.fnUntraced(function* (
  tx: TenantTx,
  application: ApplicationId,
  keepSeconds: number,
) {
  const id = newId<TokenId>();
  const { token, hash } = mintToken("rbl", tx.organization, id);
  yield* rotateApplicationSecret(tx, { id, application, hash }, keepSeconds);
  return token;
});

export interface WantedApplication {
  readonly slug: string;
  readonly name: string | null;
  readonly returnAddresses: ReadonlyArray<string>;
}

/** Makes an application. Its secret is in the answer and nowhere else. */
export const createApplication = Effect.fn("createApplication")(function* (
  caller: Caller,
  target: Target,
  { slug, name, returnAddresses }: WantedApplication,
) {
  return yield* inOrganization(
    caller,
    target,
    "login:write",
    Effect.fnUntraced(function* (tx, origin) {
      yield* slugOf("slug", slug);
      const title = name === null ? slug : yield* labelOf("name", name);
      const addresses = yield* addressesOf(returnAddresses);
      const id = newId<ApplicationId>();
      yield* addApplication(tx, { id, slug, name: title, returnAddresses: addresses });
      yield* recordEvent(tx, happened("created", origin, id));
      return { slug, secret: yield* giveSecret(tx, id, 0) };
    }),
  );
});

export const visibleApplications = (caller: Caller, target: Target) =>
  inOrganization(caller, target, "login:read", (tx) => listApplications(tx));

/** The addresses that it may be returned to are these, and no others any more. */
export const changeApplication = Effect.fn("changeApplication")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  returnAddresses: ReadonlyArray<string>,
) {
  return yield* inOrganization(
    caller,
    target,
    "login:write",
    Effect.fnUntraced(function* (tx, origin) {
      const found = yield* named(tx, slug);
      const addresses = yield* addressesOf(returnAddresses);
      yield* updateApplication(tx, { ...found, returnAddresses: addresses });
      yield* recordEvent(tx, happened("updated", origin, found.id));
      return { ...found, returnAddresses: addresses } satisfies ApplicationRow as ApplicationRow;
    }),
  );
});

const mostHours = 24 * 30;

/** A new secret. The one before works for `graceHours` more. */
export const rotateApplication = Effect.fn("rotateApplication")(function* (
  caller: Caller,
  target: Target,
  slug: string,
  graceHours: number,
) {
  return yield* inOrganization(
    caller,
    target,
    "login:write",
    Effect.fnUntraced(function* (tx, origin) {
      const found = yield* named(tx, slug);
      if (!Number.isInteger(graceHours) || graceHours < 0 || graceHours > mostHours) {
        return yield* new InvalidValue({ detail: `graceHours: use a whole number from 0 to ${mostHours}.` });
      }
      yield* recordEvent(tx, happened("secret-rotated", origin, found.id));
      return { slug, secret: yield* giveSecret(tx, found.id, graceHours * 3_600) };
    }),
  );
});

/** Ends it at once, with its secrets, its codes and the logins under way. */
export const deleteApplication = Effect.fn("deleteApplication")(function* (
  caller: Caller,
  target: Target,
  slug: string,
) {
  return yield* inOrganization(
    caller,
    target,
    "login:write",
    Effect.fnUntraced(function* (tx, origin) {
      const found = yield* named(tx, slug);
      yield* removeApplication(tx, found.id);
      yield* recordEvent(tx, happened("deleted", origin, found.id));
      return found.slug;
    }),
  );
});
