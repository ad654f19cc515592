/**
 * HostileProvider: an OpenID provider of our own making, built from the standards (Core 1.0, Discovery 1.0, RFC 7636, RFC
 * 9207) with `jose`, over real HTTP. It signs in whoever comes, at once. Each issuer below it bends what its row says. What
 * real providers do is tested with Keycloak; this is for what none of them can be brought to say.
 */
import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll } from "vitest";
import { byHand, compact, published, rsa } from "./keys.ts";
import type { Bend, Json } from "./row.ts";

export const clientId = "rolebridge-login";
export const clientSecret = "only-for-tests";

interface Code {
  readonly challenge: string;
  readonly nonce: string;
  readonly callback: string;
}

interface Issuer {
  readonly url: string;
  bend: Bend;
  readonly codes: Map<string, Code>;
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("base64url");

export const halfSha256 = (text: string): string =>
  createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");

const sendJson = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
};

const metadataOf = (url: string): Json => ({
  issuer: url,
  authorization_endpoint: `${url}/authorize`,
  token_endpoint: `${url}/token`,
  jwks_uri: `${url}/keys`,
  userinfo_endpoint: `${url}/userinfo`,
  response_types_supported: ["code"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  code_challenge_methods_supported: ["S256"],
  authorization_response_iss_parameter_supported: true,
});

const authorize = ({ url, bend, codes }: Issuer, asked: URLSearchParams, response: ServerResponse): void => {
  const code = randomBytes(16).toString("base64url");
  const callback = asked.get("redirect_uri") ?? "";
  codes.set(code, {
    challenge: asked.get("code_challenge") ?? "",
    nonce: asked.get("nonce") ?? "",
    callback,
  });
  const parameters = new URLSearchParams({ code, state: asked.get("state") ?? "", iss: url });
  bend.reply?.(parameters, url);
  response.writeHead(302, { location: `${callback}?${parameters}` }).end();
};

let people = 0;

/** Everybody who comes is somebody new. */
const claimsOf = (url: string, { nonce }: Code): Json => {
  const now = Math.floor(Date.now() / 1_000);
  people += 1;
  return { iss: url, aud: clientId, sub: `person-${people}`, iat: now, exp: now + 300, nonce, groups: [] };
};

const idTokenOf = async ({ url, bend }: Issuer, code: Code): Promise<string> => {
  const header = { alg: "RS256", kid: "rsa", typ: "JWT" };
  const bent = bend.header?.(header, url) ?? header;
  const good = claimsOf(url, code);
  const text = JSON.stringify(bend.claims?.(good, url) ?? good);
  const payload = bend.written?.(text) ?? text;
  const token =
    bend.signer === undefined
      ? await compact(bent, payload, bend.key ?? rsa.privateKey)
      : await byHand(bent, payload, bend.signer);
  return bend.idToken?.(token) ?? token;
};

/** Form-encoded first (RFC 6749 §2.3.1). */
const clientOf = ({ headers: { authorization = "" } }: IncomingMessage): string =>
  decodeURIComponent(Buffer.from(authorization.replace("Basic ", ""), "base64").toString());

const isHonest = (form: URLSearchParams, code: Code, request: IncomingMessage): boolean =>
  form.get("redirect_uri") === code.callback &&
  sha256(form.get("code_verifier") ?? "") === code.challenge &&
  clientOf(request) === `${clientId}:${clientSecret}`;

const token = async (issuer: Issuer, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const form = new URLSearchParams((await buffer(request)).toString());
  const { bend, codes } = issuer;
  const code = codes.get(form.get("code") ?? "");
  codes.delete(form.get("code") ?? "");
  if (code === undefined || !(bend.careless === true || isHonest(form, code, request))) {
    return sendJson(response, { error: "invalid_grant" }, 400);
  }
  if (bend.tokensAnswer !== undefined) return bend.tokensAnswer(response);
  const good = {
    access_token: "an-access-token",
    token_type: "Bearer",
    id_token: await idTokenOf(issuer, code),
  };
  sendJson(response, bend.tokens?.(good) ?? good);
};

const metadata = ({ url, bend }: Issuer, response: ServerResponse): void => {
  const good = metadataOf(url);
  if (bend.metadataAnswer !== undefined) bend.metadataAnswer(response);
  else sendJson(response, bend.metadata?.(good, url) ?? good);
};

const keys = ({ bend }: Issuer, response: ServerResponse): void => {
  if (bend.keysAnswer !== undefined) bend.keysAnswer(response);
  else sendJson(response, { keys: bend.keys?.(published) ?? published });
};

/** Starts one on a free port and closes it after the file's last test. */
export const startHostileProvider = async () => {
  const issuers = new Map<string, Issuer>();
  /** Paths that no good login asks for. */
  const strayed: Array<string> = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const [, name = "", ...rest] = pathname.split("/");
    const issuer = issuers.get(name);
    const place = rest.join("/");
    if (issuer !== undefined && place === "authorize") return authorize(issuer, searchParams, response);
    if (issuer !== undefined && place === "token") return token(issuer, request, response);
    if (issuer !== undefined && place === "keys") return keys(issuer, response);
    if (issuer !== undefined && place === ".well-known/openid-configuration") {
      return metadata(issuer, response);
    }
    strayed.push(pathname);
    // An answer that would be taken by whoever asked.
    return sendJson(response, {
      sub: "somebody-else",
      email: "ada@acme.test",
      email_verified: true,
      keys: published,
    });
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
  return {
    origin,
    strayed,
    /** A token as the issuer gives it, for a product that began the login with this nonce. */
    idToken: (issuer: Issuer, nonce: string) => idTokenOf(issuer, { challenge: "", nonce, callback: "" }),
    /** An issuer of its own; `bend` may be given another value between two logins. */
    issuer: (name: string, bend: Bend): Issuer => {
      const made = { url: `${origin}/${name}`, bend, codes: new Map() };
      issuers.set(name, made);
      return made;
    },
  };
};

export type HostileProvider = Awaited<ReturnType<typeof startHostileProvider>>;
