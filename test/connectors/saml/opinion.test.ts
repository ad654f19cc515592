/** The second reader finds for itself who signed and who is named: it is asked what nobody else would let through to it. */
import { X509Certificate } from "node:crypto";
import { Result } from "effect";
import { describe, expect, it } from "vitest";
import { disagreement } from "../../../connectors/saml/message/index.ts";
import { parse } from "../../../connectors/saml/message/parse.ts";
import { signedAssertion, verifyAll } from "../../../connectors/saml/message/verify.ts";
import { audience, issuer, keycloakCertificate, person, real, unsigned } from "./messages.ts";

const pinned = [new X509Certificate(keycloakCertificate)];
const signed = Result.getOrThrow(
  Result.flatMap(parse(real), (root) =>
    Result.flatMap(verifyAll(root, pinned), (all) => signedAssertion(root, all)),
  ),
);
const identity = { issuer, subject: person, audiences: [audience] };
const says = "A second reader of the message does not see the same person.";

describe("the second reader", () => {
  it("agrees with whom a good message names", () => {
    expect(disagreement(real, signed, identity)).toBeUndefined();
  });

  it.each([
    ["another person", { ...identity, subject: "G-somebody-else" }],
    ["another issuer", { ...identity, issuer: "https://evil.test" }],
    ["one audience more", { ...identity, audiences: [audience, "https://evil.test"] }],
    ["no audience", { ...identity, audiences: [] }],
  ])("does not agree with %s", (_, other) => {
    expect(disagreement(real, signed, other)).toBe(says);
  });

  it.each([
    ["that nobody signed", unsigned],
    ["that was altered", real.replace(person, "G-somebody-else")],
    ["that is none", "<a/>"],
  ])("does not agree on a message %s", (_, text) => {
    expect(disagreement(text, signed, identity)).toBe(says);
  });
});
