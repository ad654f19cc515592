/** The certificates a connection believes, and no other. Their names and dates say nothing here: they are pinned. */
import { X509Certificate } from "node:crypto";

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Enough for a provider that is changing its key; each is one more to try. */
export const most = 4;

const curves = new Set(["prime256v1", "secp384r1"]);

const isStrong = ({ publicKey }: X509Certificate): boolean => {
  const { modulusLength = 0, namedCurve = "" } = publicKey.asymmetricKeyDetails ?? {};
  return publicKey.asymmetricKeyType === "rsa"
    ? modulusLength >= 2048 && modulusLength <= 8192
    : publicKey.asymmetricKeyType === "ec" && curves.has(namedCurve);
};

/** Undefined where one cannot be read, is too weak, or there are none or too many. */
export const certificatesIn = (pem: string): ReadonlyArray<X509Certificate> | undefined => {
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0 || blocks.length > most || pem.replaceAll(block, "").trim() !== "")
    return undefined;
  try {
    const all = blocks.map((one) => new X509Certificate(one));
    return all.every(isStrong) ? all : undefined;
  } catch {
    return undefined;
  }
};
