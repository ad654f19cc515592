/** Somebody who signs assertions, and a JWKS address on loopback. */
import { createServer } from "node:http";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

export interface Signer {
  readonly jwk: JWK;
  readonly sign: (payload: JWTPayload, header?: Readonly<Record<string, unknown>>) => Promise<string>;
}

export const newSigner = async (alg = "ES256"): Promise<Signer> => {
  const { privateKey, publicKey } = await generateKeyPair(alg);
  const bare = await exportJWK(publicKey);
  const jwk = { ...bare, kid: await calculateJwkThumbprint(bare), use: "sig" };
  return {
    jwk,
    sign: (payload, header = {}) =>
      new SignJWT(payload).setProtectedHeader({ alg, kid: jwk.kid, ...header }).sign(privateKey),
  };
};

export const now = (): number => Math.floor(Date.now() / 1000);

export interface KeyAddress {
  readonly url: string;
  readonly origin: string;
  /** How often it was asked. */
  asked: number;
  /** What it answers. */
  body: string;
  status: number;
  readonly close: () => void;
}

export const startKeys = async (keys: ReadonlyArray<JWK>): Promise<KeyAddress> => {
  const server = createServer((_request, response) => {
    address.asked += 1;
    response.writeHead(address.status, { "content-type": "application/json" }).end(address.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const found = server.address();
  const port = typeof found === "object" && found !== null ? found.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  const address: KeyAddress = {
    url: `${origin}/keys`,
    origin,
    asked: 0,
    body: JSON.stringify({ keys }),
    status: 200,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return address;
};
