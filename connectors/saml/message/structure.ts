/**
 * The one form a response may have: which elements stand in which, in which order and how often (SAML core, §2 and §3.2).
 * What is not named here is not let in, so that nothing can hide where nobody looks.
 */
import { attributesOf, childrenOf, everyElement, nameOf } from "./dom.ts";

const model = (children: string): RegExp => new RegExp(`^(?:${children})$`);
const statements = "(?:a:(?:AuthnStatement|AttributeStatement) )*";
const nothing = model("");

/** For each element its children's names, a space after each. Elements that are not here have no children. */
const models: ReadonlyMap<string, RegExp> = new Map([
  ["p:Response", model("a:Issuer (?:d:Signature )?p:Status a:(?:Encrypted)?Assertion ")],
  ["p:Status", model("p:StatusCode (?:p:StatusMessage )?")],
  ["p:StatusCode", model("(?:p:StatusCode )?")],
  ["a:Assertion", model(`a:Issuer (?:d:Signature )?a:Subject a:Conditions ${statements}`)],
  ["a:Subject", model("a:NameID a:SubjectConfirmation ")],
  ["a:SubjectConfirmation", model("a:SubjectConfirmationData ")],
  ["a:Conditions", model("(?:a:(?:AudienceRestriction|OneTimeUse|ProxyRestriction) )*")],
  ["a:AudienceRestriction", model("(?:a:Audience )+")],
  ["a:ProxyRestriction", model("(?:a:Audience )*")],
  ["a:AuthnStatement", model("(?:a:SubjectLocality )?a:AuthnContext ")],
  [
    "a:AuthnContext",
    model("(?:a:AuthnContextClassRef )?(?:a:AuthnContextDeclRef )?(?:a:AuthenticatingAuthority )*"),
  ],
  ["a:AttributeStatement", model("(?:a:Attribute )*")],
  ["a:Attribute", model("(?:a:AttributeValue )*")],
  // eduPersonTargetedID is a NameID in a value. It is not read.
  ["a:AttributeValue", model("(?:a:NameID )?")],
  // The key beside the data or in it; which of our keys it is for is not looked at.
  ["a:EncryptedAssertion", model("e:EncryptedData (?:e:EncryptedKey )?")],
  ["e:EncryptedData", model("e:EncryptionMethod (?:d:KeyInfo )?e:CipherData ")],
  ["e:EncryptedKey", model("e:EncryptionMethod (?:d:KeyInfo )?e:CipherData (?:e:ReferenceList )?")],
  ["e:ReferenceList", model("e:DataReference ")],
  ["e:EncryptionMethod", model("(?:e:KeySize )?(?:d:DigestMethod |f:MGF )*")],
  ["e:CipherData", model("e:CipherValue ")],
  ["e:EncryptedData/d:KeyInfo", model("(?:e:EncryptedKey |d:RetrievalMethod )")],
  ["e:EncryptedKey/d:KeyInfo", model("(?:d:(?:X509Data|KeyName|KeyValue) |o:SecurityTokenReference )*")],
  ["o:SecurityTokenReference", model("d:X509Data ")],
  ["d:Signature", model("d:SignedInfo d:SignatureValue (?:d:KeyInfo )?")],
  ["d:SignedInfo", model("d:CanonicalizationMethod d:SignatureMethod d:Reference ")],
  ["d:Reference", model("d:Transforms d:DigestMethod d:DigestValue ")],
  ["d:Transforms", model("d:Transform d:Transform ")],
  ["d:Transform", model("(?:c:InclusiveNamespaces )?")],
  ["d:KeyInfo", model("(?:d:(?:X509Data|KeyName|KeyValue) )*")],
  ["d:X509Data", model("(?:d:(?:X509Certificate|X509SubjectName|X509IssuerSerial|X509SKI) )*")],
  ["d:X509IssuerSerial", model("d:X509IssuerName d:X509SerialNumber ")],
  ["d:KeyValue", model("d:RSAKeyValue ")],
  ["d:RSAKeyValue", model("d:Modulus d:Exponent ")],
]);

const inSignature = (name: string): boolean => name.startsWith("d:") || name.startsWith("c:");

/** Text stands only where no elements may, but for the spaces of whoever likes it pretty. */
const hasStrayText = (element: Element, name: string): boolean =>
  models.has(name) &&
  name !== "a:AttributeValue" &&
  Array.from(element.childNodes).some(
    ({ nodeType, nodeValue }) => nodeType !== 1 && (nodeValue ?? "").trim() !== "",
  );

/** As the table calls it: in what is encrypted a KeyInfo is another thing than in a signature. */
const modelNameOf = (element: Element): string => {
  const [name, parent] = [nameOf(element), element.parentNode];
  const inside = name === "d:KeyInfo" && parent?.nodeType === 1 ? nameOf(parent as Element) : "";
  return inside.startsWith("e:") ? `${inside}/${name}` : name;
};

const complaintAboutElement = (element: Element): string | undefined => {
  const name = modelNameOf(element);
  const children = childrenOf(element)
    .map((child) => `${nameOf(child)} `)
    .join("");
  if (!(models.get(name) ?? nothing).test(children))
    return `${name} does not hold what it must, in its order.`;
  return hasStrayText(element, name) ? `There is text in ${name} where none belongs.` : undefined;
};

const first = (
  elements: ReadonlyArray<Element>,
  complain: (element: Element) => string | undefined,
): string | undefined => {
  for (const element of elements) {
    const complaint = complain(element);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
};

const complaintAboutElements = (root: Element): string | undefined =>
  first(
    everyElement(root).filter((element) => !inSignature(nameOf(element))),
    complaintAboutElement,
  );

const isId = (attribute: Attr): boolean => attribute.localName?.toLowerCase() === "id";
const goodId = /^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/;
const idsOf = (element: Element): ReadonlyArray<string> =>
  attributesOf(element)
    .filter(isId)
    .map(({ value }) => value);

/** All but the inside of signatures. */
export const complaintAboutStructure = (root: Element): string | undefined => {
  if (nameOf(root) !== "p:Response") return "It is not a SAML 2.0 response.";
  return complaintAboutElements(root);
};

/** What was encrypted within `response`: an assertion, whose IDs are not those of what stands around it. */
export const complaintAboutDecrypted =
  (response: Element) =>
  (root: Element): string | undefined => {
    if (nameOf(root) !== "a:Assertion") return "What was encrypted is not a SAML 2.0 assertion.";
    const taken = new Set(everyElement(response).flatMap(idsOf));
    if (
      everyElement(root)
        .flatMap(idsOf)
        .some((id) => taken.has(id))
    )
      return "Two elements have one ID.";
    return complaintAboutElements(root);
  };

export const complaintAboutSignatureForm = (root: Element): string | undefined =>
  first(
    everyElement(root).filter((element) => inSignature(nameOf(element))),
    complaintAboutElement,
  );

/** What is encrypted may be called by an Id; nothing is looked up by it. */
const mayBeNamed = new Set(["e:EncryptedData", "e:EncryptedKey"]);

/** Only response and assertion have an ID, each its own: a signature could otherwise mean the one and stand at the other. */
export const complaintAboutIds = (root: Element): string | undefined => {
  const seen = new Set<string>();
  for (const element of everyElement(root)) {
    const name = nameOf(element);
    const ids = attributesOf(element).filter(isId);
    const [id] = ids;
    const needed = name === "p:Response" || name === "a:Assertion";
    if (id === undefined && !needed) continue;
    const wanted = mayBeNamed.has(name) ? "Id" : needed ? "ID" : undefined;
    if (id === undefined || ids.length > 1 || id.name !== wanted || !goodId.test(id.value)) {
      return `${name} has no ID as it should have, or one that it should not have.`;
    }
    if (seen.has(id.value)) return "Two elements have one ID.";
    seen.add(id.value);
  }
  return undefined;
};
