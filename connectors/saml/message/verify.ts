/**
 * Every signature is verified against the pinned certificates, whatever key the message names: over the element it stands
 * in, which is the one it refers to. No element is looked up by its ID, so none can be found in its place. What goes on is
 * the canonical text that was signed, never the message it came in. xml-crypto makes the text canonical.
 */
import { createHash, type X509Certificate } from "node:crypto";
import { Result } from "effect";
import { SignedXml } from "xml-crypto";
import { attributeOf, attributesOf, childAt, nameOf } from "./dom.ts";
import { parse } from "./parse.ts";
import { algorithms, digests, enveloped, exclusive, isSignedBy, signaturesIn } from "./signature.ts";

export interface Signed {
  /** As it was signed; where only the assertion is, as it came: nothing good follows from it. */
  readonly response: Element;
  /** As it was signed, by itself or within the response. */
  readonly assertion: Element;
  /** The algorithms, for the trace. */
  readonly by: ReadonlyArray<string>;
  readonly certificate: X509Certificate;
  /** The assertion came encrypted: the message's text does not show it. */
  readonly encrypted: boolean;
}

type Pinned = ReadonlyArray<X509Certificate>;

const declaredAt = (element: Element) =>
  attributesOf(element).flatMap(({ name, value }) => {
    const prefix = /^xmlns:(.+)$/.exec(name)?.[1];
    return prefix === undefined ? [] : [[prefix, value] as const];
  });

/** Prefixes that are declared above and not here, which a list of inclusive namespaces may name; the nearest counts. */
const declaredAbove = (element: Element) => {
  const found = new Map<string, string>();
  for (let at = element.parentNode; at?.nodeType === 1; at = at.parentNode) {
    for (const [prefix, uri] of declaredAt(at as Element)) if (!found.has(prefix)) found.set(prefix, uri);
  }
  for (const [prefix] of declaredAt(element)) found.delete(prefix);
  return [...found].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }));
};

const algorithmOf = (element: Element | undefined) => attributeOf(element, "Algorithm") ?? "";

/** Its text without this signature in it (XML Signature §6.6.4), canonical. */
const signedTextOf = (signature: Element, element: Element): string => {
  const list = childAt(signature, "d:SignedInfo", "d:Reference", "d:Transforms")?.lastChild;
  const prefixes = attributeOf(childAt(list as Element | undefined, "c:InclusiveNamespaces"), "PrefixList");
  const xml = new SignedXml();
  xml.loadSignature(signature);
  return xml.getCanonXml([enveloped, exclusive], element, {
    inclusiveNamespacesPrefixList: (prefixes ?? "").split(/\s+/).filter((prefix) => prefix !== ""),
    ancestorNamespaces: declaredAbove(element),
  });
};

const isDigestOf = (text: string, reference: Element | undefined): boolean => {
  const hash = digests.get(algorithmOf(childAt(reference, "d:DigestMethod")));
  const said = childAt(reference, "d:DigestValue")?.textContent ?? "";
  return (
    hash !== undefined && createHash(hash).update(text, "utf8").digest().equals(Buffer.from(said, "base64"))
  );
};

interface One {
  readonly element: Element;
  readonly by: string;
  readonly certificate: X509Certificate;
}

const verifyOne = (signature: Element, pinned: Pinned): One | undefined => {
  const info = childAt(signature, "d:SignedInfo");
  const method = algorithmOf(childAt(info, "d:SignatureMethod"));
  const algorithm = algorithms.get(method);
  if (info === undefined || algorithm === undefined) return undefined;
  const signed = new SignedXml().getCanonXml([exclusive], info);
  const value = childAt(signature, "d:SignatureValue")?.textContent ?? "";
  const certificate = pinned.find(({ publicKey }) => isSignedBy(algorithm, publicKey, signed, value));
  if (certificate === undefined) return undefined;
  const text = signedTextOf(signature, signature.parentNode as Element);
  if (!isDigestOf(text, childAt(info, "d:Reference"))) return undefined;
  const element = Result.getOrUndefined(parse(text));
  return element === undefined
    ? undefined
    : { element, by: method.slice(method.indexOf("#") + 1), certificate };
};

/** What the signatures in an element vouch for. */
export interface Verified {
  /** The element itself, as it was signed; undefined where the signature is not its own. */
  readonly element: Element | undefined;
  /** The assertion, where it is signed by itself. */
  readonly assertion: Element | undefined;
  readonly by: ReadonlyArray<string>;
  /** Of the outermost signature; undefined where nothing is signed. */
  readonly certificate: X509Certificate | undefined;
}

const unverified = "No pinned certificate verifies the signature.";

/** All signatures there are must be good. There may be none. */
export const verifyAll = (root: Element, pinned: Pinned): Result.Result<Verified, string> => {
  const tried = Result.try(() => signaturesIn(root).map((signature) => verifyOne(signature, pinned)));
  const all: ReadonlyArray<One | undefined> = Result.getOrElse(tried, () => [undefined]);
  const good = all.filter((one) => one !== undefined);
  if (good.length !== all.length) return Result.fail(unverified);
  const of = (name: string) => good.find(({ element }) => nameOf(element) === name)?.element;
  return Result.succeed({
    element: of(nameOf(root)),
    assertion: of("a:Assertion"),
    by: good.map(({ by }) => by),
    certificate: good[0]?.certificate,
  });
};

/** One of the signatures must be the assertion's or the whole response's. */
export const signedAssertion = (
  root: Element,
  { element, ...all }: Verified,
): Result.Result<Signed, string> => {
  const assertion = all.assertion ?? childAt(element, "a:Assertion");
  const { by, certificate } = all;
  return assertion === undefined || certificate === undefined
    ? Result.fail(unverified)
    : Result.succeed({ response: element ?? root, assertion, by, certificate, encrypted: false });
};
