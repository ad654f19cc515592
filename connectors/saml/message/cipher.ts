/**
 * Opens an EncryptedAssertion with keys of our own: RSA-OAEP and AES-GCM, nothing else (XML Encryption 1.1 §5). CBC without
 * a signature around it, and PKCS 1.5, tell whoever asks often enough what is in there.
 */
import { constants, createDecipheriv, privateDecrypt, randomBytes } from "node:crypto";
import { Result } from "effect";
import { attributeOf, childAt, everyElement, nameOf } from "./dom.ts";

const enc = "http://www.w3.org/2001/04/xmlenc#";
const enc11 = "http://www.w3.org/2009/xmlenc11#";
const sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";

interface Cipher {
  readonly name: "aes-128-gcm" | "aes-256-gcm";
  readonly keyBytes: number;
}

const ciphers: ReadonlyMap<string, Cipher> = new Map([
  [`${enc11}aes128-gcm`, { name: "aes-128-gcm", keyBytes: 16 }],
  [`${enc11}aes256-gcm`, { name: "aes-256-gcm", keyBytes: 32 }],
]);

type Hash = "sha1" | "sha256";

const digests: ReadonlyMap<string, Hash> = new Map([
  [sha1, "sha1"],
  [`${enc}sha256`, "sha256"],
]);

const masks: ReadonlyMap<string, Hash> = new Map([
  [`${enc11}mgf1sha1`, "sha1"],
  [`${enc11}mgf1sha256`, "sha256"],
]);

/** Of the mask generation: the older name knows only SHA-1. */
const maskOf = (method: Element | undefined): Hash | undefined => {
  const name = attributeOf(method, "Algorithm");
  if (name === `${enc}rsa-oaep-mgf1p`) return "sha1";
  const said = childAt(method, "f:MGF");
  if (name !== `${enc11}rsa-oaep`) return undefined;
  return said === undefined ? "sha1" : masks.get(attributeOf(said, "Algorithm") ?? "");
};

/** One hash for both: Node has no other. Undefined where it is another way than OAEP, or of other hashes. */
const hashOf = (method: Element | undefined): Hash | undefined => {
  const digest = digests.get(attributeOf(childAt(method, "d:DigestMethod"), "Algorithm") ?? sha1);
  return digest !== undefined && digest === maskOf(method) ? digest : undefined;
};

const only = (element: Element, name: string): Element | undefined => {
  const [found, another] = everyElement(element).filter((one) => nameOf(one) === name);
  return another === undefined ? found : undefined;
};

const bytesOf = (element: Element | undefined): Buffer =>
  Buffer.from(childAt(element, "e:CipherData", "e:CipherValue")?.textContent ?? "", "base64");

interface Sealed {
  readonly cipher: Cipher;
  readonly hash: Hash;
  readonly key: Buffer;
  readonly content: Buffer;
}

/** What is asked of our keys. This much everybody sees who sees the message. */
export const sealedIn = (encrypted: Element): Result.Result<Sealed, string> => {
  const data = childAt(encrypted, "e:EncryptedData");
  const key = only(encrypted, "e:EncryptedKey");
  const cipher = ciphers.get(attributeOf(childAt(data, "e:EncryptionMethod"), "Algorithm") ?? "");
  if (cipher === undefined)
    return Result.fail("The assertion is encrypted otherwise than by AES-GCM, which is all that is opened.");
  const hash = hashOf(childAt(key, "e:EncryptionMethod"));
  if (hash === undefined)
    return Result.fail(
      "The key of the encrypted assertion is wrapped otherwise than by RSA-OAEP with one and the same hash, SHA-1 or SHA-256.",
    );
  return Result.succeed({ cipher, hash, key: bytesOf(key), content: bytesOf(data) });
};

/** A key that does not open is replaced by a random one: then the content does not, just as with a wrong key. */
const unwrapped = ({ hash, key, cipher }: Sealed, ours: string): Buffer => {
  const random = randomBytes(cipher.keyBytes);
  const found = Result.try(() =>
    privateDecrypt({ key: ours, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, key),
  );
  const opened = Result.getOrElse(found, () => random);
  return opened.length === cipher.keyBytes ? opened : random;
};

const ivBytes = 12;
const tagBytes = 16;

const opened = ({ cipher, content }: Sealed, key: Buffer): string | undefined => {
  const tried = Result.try(() => {
    const decipher = createDecipheriv(cipher.name, key, content.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(content.subarray(-tagBytes));
    const bytes = Buffer.concat([decipher.update(content.subarray(ivBytes, -tagBytes)), decipher.final()]);
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  });
  return Result.getOrUndefined(tried);
};

/** Every key is tried, whichever fits: how long it takes says nothing. One sentence for whatever is wrong. */
export const decrypt = (sealed: Sealed, keys: ReadonlyArray<string>): Result.Result<string, string> => {
  const [found] = keys
    .map((key) => opened(sealed, unwrapped(sealed, key)))
    .filter((text) => text !== undefined);
  return found === undefined
    ? Result.fail("None of our keys opens the assertion: has the provider our certificate of now?")
    : Result.succeed(found);
};
