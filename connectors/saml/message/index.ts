/**
 * Owns a SAML message until it is known who signed what: its text, its form, its encryption, its signatures. Does not own
 * what it says (the assertion's conditions, whom it names) nor whom to believe.
 */
import type { X509Certificate } from "node:crypto";
import { Effect, Result } from "effect";
import type { Trace } from "../trace.ts";
import { decrypt, sealedIn } from "./cipher.ts";
import { decodeMessage, mostBytes } from "./decode.ts";
import { attributeOf, childAt } from "./dom.ts";
import { parse } from "./parse.ts";
import { complaintAbout } from "./scan.ts";
import { complaintAboutSignatures, signaturesIn } from "./signature.ts";
import {
  complaintAboutDecrypted,
  complaintAboutIds,
  complaintAboutSignatureForm,
  complaintAboutStructure,
} from "./structure.ts";
import { type Signed, signedAssertion, type Verified, verifyAll } from "./verify.ts";

export { mostBytes } from "./decode.ts";
export * from "./dom.ts";
export { disagreement, type Identity } from "./opinion.ts";
export { parse } from "./parse.ts";
export { complaintAbout } from "./scan.ts";
export type { Signed } from "./verify.ts";

const success = "urn:oasis:names:tc:SAML:2.0:status:Success";

/** A provider that says no sends no assertion and often no signature: to hear a no, none is needed. */
const complaintAboutStatus = (root: Element): string | undefined => {
  const code = childAt(root, "p:Status", "p:StatusCode");
  const said = attributeOf(code, "Value");
  if (code === undefined || said === success) return undefined;
  const why = attributeOf(childAt(code, "p:StatusCode"), "Value") ?? said ?? "";
  const word = /^urn:oasis:names:tc:SAML:2\.0:status:([A-Za-z]{1,40})$/.exec(why)?.[1] ?? "an error";
  return `The provider answered ${word} instead of signing in.`;
};

/** What a connection brings along to read a message with. */
export interface Means {
  readonly pinned: ReadonlyArray<X509Certificate>;
  /** Private keys of our own, PEM. */
  readonly keys: ReadonlyArray<string>;
  readonly mustBeEncrypted: boolean;
}

/** From text to an element whose form, ids and signatures' form are as they must be. */
const readElement = Effect.fnUntraced(function* (
  trace: Trace,
  text: string,
  complain: (root: Element) => string | undefined,
) {
  yield* trace.complaint("markup", complaintAbout(text));
  const root = yield* trace.result("xml", parse(text));
  yield* trace.complaint("status", complaintAboutStatus(root));
  yield* trace.complaint("structure", complain(root));
  yield* trace.complaint("ids", complaintAboutIds(root));
  yield* trace.complaint(
    "signature-form",
    complaintAboutSignatureForm(root) ?? complaintAboutSignatures(root),
  );
  return root;
});

const nothingSigned = "Nothing is signed.";
const names = ({ by }: Verified): string | null => (by.length === 0 ? null : by.join(", "));

/**
 * Encrypted is not signed: either what was encrypted is signed itself, or the response is, and then the very element is
 * opened that its signature covers (`outer.element`, parsed out of the text that was signed).
 */
const readEncrypted = Effect.fnUntraced(function* (trace: Trace, root: Element, { pinned, keys }: Means) {
  const outer = yield* trace.result("signature", verifyAll(root, pinned));
  const encrypted = childAt(outer.element ?? root, "a:EncryptedAssertion") ?? root;
  const sealed = yield* trace.result("encryption", sealedIn(encrypted));
  const text = yield* trace.result("decryption", decrypt(sealed, keys));
  yield* trace.complaint("size", text.length > mostBytes ? "The assertion is too large." : undefined);
  const assertion = yield* readElement(trace, text, complaintAboutDecrypted(root));
  const inner = yield* trace.result("signature", verifyAll(assertion, pinned));
  const by = [...outer.by, ...inner.by];
  const certificate = inner.certificate ?? outer.certificate;
  const signed: Result.Result<Signed, string> =
    certificate === undefined
      ? Result.fail(nothingSigned)
      : Result.succeed({
          response: outer.element ?? root,
          assertion: inner.element ?? assertion,
          by,
          certificate,
          encrypted: true,
        });
  return { text, signed: yield* trace.result("signature", signed, by.join(", ")) };
});

const readPlain = Effect.fnUntraced(function* (
  trace: Trace,
  root: Element,
  { pinned, mustBeEncrypted }: Means,
) {
  if (signaturesIn(root).length === 0) yield* trace.complaint("signature-form", nothingSigned);
  const verified = Result.flatMap(verifyAll(root, pinned), (all) =>
    Result.map(signedAssertion(root, all), (signed) => ({ signed, detail: names(all) })),
  );
  const detail = Result.isSuccess(verified) ? verified.success.detail : null;
  const { signed } = yield* trace.result("signature", verified, detail);
  if (mustBeEncrypted)
    yield* trace.complaint("encryption", "The assertion is not encrypted, as this connection requires.");
  return signed;
});

/** From the form's field to what was signed; in this order, and never further than the first complaint. */
export const readMessage = Effect.fnUntraced(function* (
  trace: Trace,
  field: string | undefined,
  means: Means,
) {
  yield* trace.complaint("size", (field ?? "").length > mostBytes ? "The message is too large." : undefined);
  const text = yield* trace.result("encoding", decodeMessage(field));
  const root = yield* readElement(trace, text, complaintAboutStructure);
  if (childAt(root, "a:EncryptedAssertion") !== undefined) return yield* readEncrypted(trace, root, means);
  return { text, signed: yield* readPlain(trace, root, means) };
});
