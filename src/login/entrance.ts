/**
 * Which of an organization's connections somebody signs in through, by the domain of their address. Whether there is such
 * a person is never looked at: everybody of a domain is answered alike.
 */
import { Effect } from "effect";
import { isOneLine } from "../domain/index.ts";
import { findEntrance, findOrganization, Store } from "../store/index.ts";
import { signInKinds } from "../sync/index.ts";
import { emailDomainOf } from "../tenancy/index.ts";
import { NoLogin } from "./begin.ts";
import { prefix } from "./place.ts";

/** Whatever it is: no such organization, no such domain, several connections. */
const nowhere = new NoLogin({
  detail: "This address leads to no sign-in. Begin at the application again, with your work address.",
});

const longestHint = 320;

/** As it came, where it can be an address; anything else is as if it was not there. */
export const hintIn = (query: URLSearchParams): string | undefined => {
  const [hint = "", ...more] = query.getAll("login_hint");
  return more.length === 0 && isOneLine(hint, longestHint) && emailDomainOf(hint) !== undefined
    ? hint
    : undefined;
};

/** What goes along. What else the address holds is dropped. */
const passedOn = ["application", "return_to", "state"];

/** Gives where to send the browser, below our own address. */
export const entranceOf = Effect.fn("entranceOf")(function* (slug: string, query: URLSearchParams) {
  const store = yield* Store;
  const organization = yield* findOrganization(slug);
  if (organization === undefined) return yield* nowhere;
  const hint = hintIn(query);
  const domain = hint === undefined ? undefined : emailDomainOf(hint);
  const kinds = yield* signInKinds;
  const found = yield* store.tenant(organization.id, (tx) => findEntrance(tx, domain, [...kinds]));
  if (found === undefined) return yield* nowhere;
  const more = new URLSearchParams(
    passedOn.flatMap((name) => query.getAll(name).map((value) => [name, value])),
  );
  if (hint !== undefined) more.append("login_hint", hint);
  return `${prefix}/${slug}/${found}?${more}`;
});
