/** Keys with self-signed certificates, made anew for each run: DER by hand, no tool and no key in a file. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

const der = (tag: number, ...parts: ReadonlyArray<Buffer>): Buffer => {
  const body = Buffer.concat(parts);
  const length = body.length;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
};

const sequence = (...parts: ReadonlyArray<Buffer>) => der(0x30, ...parts);
const object = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const name = sequence(der(0x31, sequence(object("550403"), der(0x0c, Buffer.from("acme.test")))));
const time = (text: string) => der(0x18, Buffer.from(text));

const algorithms: Readonly<Record<string, Buffer>> = {
  rsa: sequence(object("2a864886f70d01010b"), der(0x05)),
  ec: sequence(object("2a8648ce3d040302")),
  dsa: sequence(object("608648016503040302")),
};

const certificateOf = (kind: string, publicKey: KeyObject, privateKey: KeyObject): string => {
  const algorithm = algorithms[kind] ?? Buffer.alloc(0);
  const content = sequence(
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time("20200101000000Z"), time("20991231235959Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
  );
  const signature = sign("sha256", content, privateKey);
  const whole = sequence(content, algorithm, der(0x03, Buffer.from([0]), signature));
  return `-----BEGIN CERTIFICATE-----\n${whole.toString("base64")}\n-----END CERTIFICATE-----\n`;
};

export interface Signer {
  readonly key: string;
  readonly certificate: string;
}

const signer = (
  kind: string,
  pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Signer => ({
  key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  certificate: certificateOf(kind, pair.publicKey, pair.privateKey),
});

export const rsaSigner = (bits = 2048) => signer("rsa", generateKeyPairSync("rsa", { modulusLength: bits }));
export const ecSigner = (namedCurve = "P-256") => signer("ec", generateKeyPairSync("ec", { namedCurve }));
