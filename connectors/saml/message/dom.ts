/** Walking over what was parsed. Elements are called by their namespace's letter and their local name. */

const letters: ReadonlyMap<string, string> = new Map([
  ["urn:oasis:names:tc:SAML:2.0:protocol", "p"],
  ["urn:oasis:names:tc:SAML:2.0:assertion", "a"],
  ["urn:oasis:names:tc:SAML:2.0:metadata", "m"],
  ["http://www.w3.org/2000/09/xmldsig#", "d"],
  ["http://www.w3.org/2001/04/xmlenc#", "e"],
  ["http://www.w3.org/2009/xmlenc11#", "f"],
  // Microsoft's way to name a certificate (WS-Security).
  ["http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd", "o"],
  ["http://www.w3.org/2001/10/xml-exc-c14n#", "c"],
]);

/** `a:Issuer`, whatever prefix the sender chose; `?` for a namespace that has no place here. */
export const nameOf = (element: Element): string =>
  `${letters.get(element.namespaceURI ?? "") ?? "?"}:${element.localName}`;

const isElement = (node: ChildNode): node is ChildNode & Element => node.nodeType === 1;

export const childrenOf = (element: Element): ReadonlyArray<Element> =>
  Array.from(element.childNodes).filter(isElement);

export const childrenNamed = (element: Element, name: string): ReadonlyArray<Element> =>
  childrenOf(element).filter((child) => nameOf(child) === name);

/** The first element on a path of first elements. */
export const childAt = (element: Element | undefined, ...path: ReadonlyArray<string>): Element | undefined =>
  path.reduce<Element | undefined>(
    (at, name) => (at === undefined ? undefined : childrenNamed(at, name)[0]),
    element,
  );

/** All of its text; undefined where there is anything but text in it. */
export const textOf = (element: Element | undefined): string | undefined => {
  if (element === undefined) return undefined;
  const nodes = Array.from(element.childNodes);
  return nodes.every(({ nodeType }) => nodeType === 3)
    ? nodes.map(({ nodeValue }) => nodeValue ?? "").join("")
    : undefined;
};

/** An attribute without a namespace; undefined where it is not there. */
export const attributeOf = (element: Element | undefined, name: string): string | undefined =>
  element?.getAttributeNode(name)?.value;

export const attributesOf = (element: Element): ReadonlyArray<Attr> => Array.from(element.attributes);

/** Outermost first. */
export const everyElement = (root: Element): ReadonlyArray<Element> => {
  const found = [root];
  for (const element of found) found.push(...childrenOf(element));
  return found;
};
