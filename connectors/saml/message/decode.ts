/** From the form's field to text: base64 as it is written, not as a lenient reader takes it (SAML bindings §3.5.4). */
import { Result } from "effect";

/** Of the field as it was sent. */
export const mostBytes = 512 * 1024;

const alphabet = /^[A-Za-z0-9+/]*={0,2}$/;

export const decodeMessage = (field: string | undefined): Result.Result<string, string> => {
  if (field === undefined || field === "") return Result.fail("There is no SAMLResponse.");
  // Some providers break the lines (RFC 2045); nothing else may stand between.
  const plain = field.replaceAll(/\r?\n/g, "");
  if (!alphabet.test(plain)) return Result.fail("The SAMLResponse is not base64.");
  const bytes = Buffer.from(plain, "base64");
  if (bytes.toString("base64") !== plain) return Result.fail("The SAMLResponse is not whole base64.");
  try {
    return Result.succeed(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return Result.fail("The SAMLResponse is not UTF-8.");
  }
};
