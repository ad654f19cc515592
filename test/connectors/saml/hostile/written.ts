/** Messages that no parser should see, or that parsers quarrel over. Keycloak's own signatures. */
import { encode, person, real } from "../messages.ts";
import type { Row } from "./row.ts";

const nameId = `>${person}<`;
const inName = (what: string) => real.replace(nameId, () => `>${what}<`);
const before = (what: string) => `${what}${real}`;
const half = person.slice(0, 10);
const rest = person.slice(10);
const flat = (count: number) => real.replace("<samlp:Status>", () => `${"<a/>".repeat(count)}<samlp:Status>`);
const declared = (count: number) =>
  real.replace("<samlp:Status>", () => {
    const all = Array.from({ length: count }, (_, i) => ` xmlns:n${i}="urn:x"`).join("");
    return `<samlp:Status${all}>`;
  });

export const written: ReadonlyArray<Row> = [
  ["a DOCTYPE", "markup", () => before("<!DOCTYPE samlp:Response>")],
  [
    "a DOCTYPE with an external entity",
    "markup",
    () => before('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
  ],
  ["a DOCTYPE from the network", "markup", () => before('<!DOCTYPE r SYSTEM "http://evil.test/x.dtd">')],
  [
    "a billion laughs",
    "markup",
    () =>
      before('<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>').replace(nameId, ">&b;<"),
  ],
  ["a DOCTYPE after an XML declaration", "markup", () => before('<?xml version="1.0"?><!DOCTYPE r>')],
  ["a comment in NameID", "markup", () => inName(`${half}<!-- -->${rest}`)],
  ["a comment that shortens the NameID", "markup", () => inName(`${person}<!-- -->.evil.test`)],
  ["a comment in an attribute's value", "markup", () => real.replace(">/team1<", "><!---->/team1<")],
  ["a comment before the response", "markup", () => before("<!-- a -->")],
  ["a comment after the response", "markup", () => `${real}<!-- a -->`],
  ["a comment in SignedInfo", "markup", () => real.replace("<dsig:SignedInfo>", "<dsig:SignedInfo><!-- -->")],
  ["a CDATA section in NameID", "markup", () => inName(`<![CDATA[${person}]]>`)],
  ["a processing instruction", "markup", () => before("<?evil do?>")],
  ["a processing instruction in NameID", "markup", () => inName(`${half}<?x y?>${rest}`)],
  ["a style sheet", "markup", () => before('<?xml-stylesheet href="http://evil.test/x.xsl"?>')],
  ["an XML declaration of version 1.1", "markup", () => before('<?xml version="1.1"?>')],
  [
    "an XML declaration of another encoding",
    "markup",
    () => before('<?xml version="1.0" encoding="UTF-7"?>'),
  ],
  ["two XML declarations", "markup", () => before('<?xml version="1.0"?><?xml version="1.0"?>')],
  ["an entity that is not defined", "markup", () => inName(`${half}&evil;${rest}`)],
  ["a bare ampersand", "markup", () => inName(`${half}& ${rest}`)],
  ["a control character", "markup", () => inName(`${half}\u0001${rest}`)],
  ["a NUL", "markup", () => inName(`${half}\0${rest}`)],
  ["a NUL by reference", "markup", () => inName(`${half}&#0;${rest}`)],
  ["half a surrogate pair by reference", "markup", () => inName(`${half}&#xd800;${rest}`)],
  ["a byte order mark", "markup", () => before("\ufeff")],
  ["a tag that does not end", "markup", () => real.slice(0, -3)],
  ["a tag in a tag", "markup", () => real.replace("<saml:Subject>", "<saml:Subject <b>")],
  ["a quote that does not end", "markup", () => real.replace('Version="2.0"', 'Version="2.0')],
  [
    "an attribute of 10,000 characters",
    "markup",
    () => real.replace("<saml:Subject>", `<saml:Subject a="${"x".repeat(10_000)}">`),
  ],
  ["200 namespaces in one tag", "markup", () => declared(200)],
  ["nesting of 10,000", "markup", () => real.replace("<samlp:Status>", `${"<a>".repeat(10_000)}`)],
  [
    "nesting of 25",
    "markup",
    () => real.replace("<samlp:Status>", () => `${"<a>".repeat(25)}${"</a>".repeat(25)}<samlp:Status>`),
  ],
  ["1,300 elements", "markup", () => flat(1_300)],
  ["1,100 elements where none belong", "structure", () => flat(1_100)],
  ["text after the response", "markup", () => `${real}evil`],
  ["a second root", "markup", () => `${real}${real}`],
  ["a tag that is not closed", "markup", () => real.replace("</saml:Subject>", "")],
  ["tags that cross", "markup", () => real.replace("</saml:NameID>", "</saml:Subject>")],
  ["an attribute twice", "xml", () => real.replace('Version="2.0"', 'Version="2.0" Version="2.0"')],
  [
    "a namespace that is not declared",
    "structure",
    () => real.replace("<saml:Subject>", "<evil:x/><saml:Subject>"),
  ],
  ["an attribute without quotes", "xml", () => real.replace('Version="2.0"', "Version=2.0")],
  ["nothing but text", "markup", () => "evil"],
  ["JSON", "markup", () => '{"NameID":"evil"}'],
  ["an HTML page", "structure", () => "<html><body/></html>"],
  ["nothing within base64", "markup", () => " "],
];

/** Fields as they are sent, without our base64. */
export const fields: ReadonlyArray<readonly [name: string, check: string, field: string | undefined]> = [
  ["no field", "encoding", undefined],
  ["an empty field", "encoding", ""],
  ["plain XML", "encoding", real],
  ["base64 of URLs", "encoding", encode("<a>???>>></a>").replaceAll("+", "-").replaceAll("/", "_")],
  ["base64 with a blank", "encoding", encode(real).replace(/^(.{40})/, "$1 ")],
  ["base64 with a NUL", "encoding", encode(real).replace(/^(.{40})/, "$1\0")],
  ["base64 with padding in the middle", "encoding", `${encode("<a/>")}==${encode(real)}`],
  ["base64 that breaks off", "encoding", encode(real).slice(0, -1)],
  ["base64 with bits left over", "encoding", "PGEvPm=="],
  ["percent signs", "encoding", encodeURIComponent(encode(`${real}  `))],
  [
    "bytes that are not UTF-8",
    "encoding",
    Buffer.from([0x3c, 0x61, 0xff, 0xfe, 0x2f, 0x3e]).toString("base64"),
  ],
  [
    "an overlong UTF-8 form",
    "encoding",
    Buffer.from([0x3c, 0x61, 0xc0, 0xbc, 0x2f, 0x3e]).toString("base64"),
  ],
  ["UTF-16", "encoding", Buffer.from(`\ufeff${real}`, "utf16le").toString("base64")],
  ["more than 512 KB", "size", encode(real.replace("/team1", "x".repeat(400_000)))],
  ["512 KB that are no base64", "size", "-".repeat(512 * 1024 + 1)],
];
