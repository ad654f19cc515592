/** From a metadata document to settings. It passes the same look along the text and the same parser as a message. */
import type { X509Certificate } from "node:crypto";
import { Result } from "effect";
import { isSignOnAddress } from "../address.ts";
import { certificatesIn, most } from "../certificates.ts";
import {
  attributeOf,
  childAt,
  childrenNamed,
  complaintAbout,
  mostBytes,
  nameOf,
  parse,
  textOf,
} from "../message/index.ts";
import { timeOf } from "../time.ts";
import { hasForm } from "./form.ts";

const saml2 = "urn:oasis:names:tc:SAML:2.0:protocol";
const redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

interface Found {
  readonly entity: Element;
  readonly role: Element;
}

export interface ProviderSays {
  readonly idpEntityId: string;
  readonly ssoUrl: string;
  readonly certificates: ReadonlyArray<X509Certificate>;
}

const rootOf = (document: string): Result.Result<Element, string> => {
  // Microsoft's begins with a byte order mark.
  const text = document.replace(/^\ufeff/, "");
  if (Buffer.byteLength(text) > mostBytes) return Result.fail("The metadata is too large.");
  const complaint = complaintAbout(text);
  return complaint === undefined ? parse(text) : Result.fail(complaint);
};

const speaksSaml2 = (role: Element): boolean =>
  (attributeOf(role, "protocolSupportEnumeration") ?? "").split(/\s+/).includes(saml2);

const entitiesIn = (root: Element): ReadonlyArray<Element> | undefined => {
  if (nameOf(root) === "m:EntityDescriptor") return [root];
  return nameOf(root) === "m:EntitiesDescriptor" && hasForm(root)
    ? childrenNamed(root, "m:EntityDescriptor")
    : undefined;
};

const providersIn = (entities: ReadonlyArray<Element>): ReadonlyArray<Found> =>
  entities.flatMap((entity) =>
    childrenNamed(entity, "m:IDPSSODescriptor")
      .filter(speaksSaml2)
      .map((role) => ({ entity, role })),
  );

const isCurrent = (element: Element, now: number): boolean => {
  const until = attributeOf(element, "validUntil");
  return until === undefined || timeOf(until) > now;
};

/** The one provider that is described, or the one that is meant by its entity ID. */
const providerIn = (root: Element, wanted: string): Result.Result<Found, string> => {
  const entities = entitiesIn(root);
  if (entities === undefined || !entities.every(hasForm))
    return Result.fail("It is not SAML 2.0 metadata, or its elements do not stand as they must.");
  const all = providersIn(entities);
  const meant = wanted === "" ? all : all.filter(({ entity }) => attributeOf(entity, "entityID") === wanted);
  const [found] = meant;
  if (found === undefined && all.length > 0)
    return Result.fail("It is of another provider: its entity ID is not this connection's.");
  if (found === undefined) return Result.fail("It describes no SAML 2.0 identity provider.");
  return meant.length === 1
    ? Result.succeed(found)
    : Result.fail("It describes more than one identity provider: give that of one, or name its entity ID.");
};

/** A key without a use serves both (SAML metadata §2.4.1.1). */
const signs = (key: Element): boolean => [undefined, "signing"].includes(attributeOf(key, "use"));

const certificateOf = (key: Element): string | undefined => {
  const shown = childrenNamed(childAt(key, "d:KeyInfo") ?? key, "d:X509Data").flatMap((data) =>
    childrenNamed(data, "d:X509Certificate"),
  );
  const body = textOf(shown[0])?.replaceAll(/\s/g, "") ?? "";
  return shown.length === 1 && /^[A-Za-z0-9+/]+={0,2}$/.test(body)
    ? `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
    : undefined;
};

const certificatesOf = (role: Element): Result.Result<ReadonlyArray<X509Certificate>, string> => {
  const keys = childrenNamed(role, "m:KeyDescriptor").filter(signs);
  const blocks = keys.map((key) => (hasForm(key) ? certificateOf(key) : undefined));
  if (blocks.length === 0) return Result.fail("It names no key that the provider signs with.");
  if (!blocks.every((one) => one !== undefined))
    return Result.fail("It names a signing key without exactly one certificate: a key alone is not pinned.");
  const found = certificatesIn([...new Set(blocks)].join(""));
  return found === undefined
    ? Result.fail(
        `Its signing certificates must be one to ${most}: RSA of 2048 bits or more, or EC on P-256 or P-384.`,
      )
    : Result.succeed(found);
};

const addressOf = (role: Element): Result.Result<string, string> => {
  const services = childrenNamed(role, "m:SingleSignOnService").filter(
    (one) => attributeOf(one, "Binding") === redirect,
  );
  const address = attributeOf(services[0], "Location") ?? "";
  return services.length === 1 && isSignOnAddress(address)
    ? Result.succeed(address)
    : Result.fail(
        "It does not name one address to sign in at by HTTP-Redirect, over https (http is for localhost only).",
      );
};

/** `now` in milliseconds since 1970. `wanted`: the entity ID it must be of; empty: of the only one. */
export const readMetadata = (
  document: string,
  now: number,
  wanted: string,
): Result.Result<ProviderSays, string> =>
  Result.gen(function* () {
    const root = yield* rootOf(document);
    const { entity, role } = yield* providerIn(root, wanted);
    if (![root, entity, role].every((element) => isCurrent(element, now)))
      return yield* Result.fail("It is out of date: its validUntil has passed, or is no time.");
    if (!hasForm(role))
      return yield* Result.fail("Its identity provider's elements do not stand as they must.");
    const idpEntityId = attributeOf(entity, "entityID") ?? "";
    if (!/^[\x21-\x7e]{1,1024}$/.test(idpEntityId))
      return yield* Result.fail("Its entity ID is missing or no plain text.");
    const ssoUrl = yield* addressOf(role);
    return { idpEntityId, ssoUrl, certificates: yield* certificatesOf(role) };
  });
