/** A provider's keys, for tokens that did not come from it directly: kept for a while, and asked for again. With HostileProvider. */
import { randomUUID } from "node:crypto";
import { afterEach, expect, it, vi } from "vitest";
import { broken } from "../oidc-hostile/answers.ts";
import { compact, jwkOf, rsa, stranger } from "../oidc-hostile/keys.ts";
import { clientId } from "../oidc-hostile/provider.ts";
import type { Bend } from "../oidc-hostile/row.ts";
import { openHostileWorld } from "../oidc-hostile/world.ts";

const world = await openHostileWorld();
const nonce = "of-this-very-login";
const settings = { acceptedAudiences: clientId };
type Issuer = Awaited<ReturnType<typeof world.connect>>;

afterEach(() => {
  vi.useRealTimers();
});
const later = (seconds: number) => {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: now + seconds * 1_000 });
};

const slugOf = ({ url }: Issuer): string => url.replace(/^.*acme-/, "");

const verify = async (issuer: Issuer): Promise<number> => {
  const idToken = await world.provider.idToken(issuer, nonce);
  const { status } = await world.post(`/v1/connections/${slugOf(issuer)}/logins/verify`, { idToken, nonce });
  return status;
};

const logout = async (issuer: Issuer): Promise<number> => {
  const now = Math.floor(Date.now() / 1_000);
  const { bend, url } = issuer;
  const header = { alg: "RS256", kid: "rsa", typ: "logout+jwt" };
  const payload = {
    iss: url,
    aud: clientId,
    iat: now,
    exp: now + 120,
    jti: randomUUID(),
    sub: "somebody",
    events: { "http://schemas.openid.net/event/backchannel-logout": {} },
  };
  const token = await compact(
    bend.header?.(header, url) ?? header,
    JSON.stringify(payload),
    bend.key ?? rsa.privateKey,
  );
  const { status } = await world.server.request(`/login/acme/${slugOf(issuer)}/backchannel-logout`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `logout_token=${token}`,
  });
  return status;
};

const rolled: Bend = {
  settings,
  header: (header) => ({ ...header, kid: "new" }),
  key: stranger.privateKey,
  keys: () => [jwkOf(stranger.publicKey, { kid: "new" })],
};

it.each([
  ["an ID token that a product brings", "verify", verify, 422],
  ["a logout token", "logout", logout, 400],
] as const)("for %s, keys are asked for again", async (_name, name, bring, refused) => {
  let asked = 0;
  const counting: Bend = {
    settings,
    keys: (keys) => {
      asked += 1;
      return keys;
    },
  };
  const issuer = await world.connect(`keys-${name}`, counting);
  expect([await bring(issuer), await bring(issuer), asked]).toEqual([200, 200, 1]);
  later(11 * 60);
  expect([await bring(issuer), asked]).toEqual([200, 2]);
  issuer.bend = rolled;
  expect(await bring(issuer)).toBe(refused);
  later(31);
  expect(await bring(issuer)).toBe(200);
});

it.each([
  ["an ID token that a product brings", "verify", verify],
  ["a logout token", "logout", logout],
] as const)("for %s, keys that could not be had are asked for again", async (_name, name, bring) => {
  const issuer = await world.connect(`broken-${name}`, { settings, keysAnswer: broken });
  expect(await bring(issuer)).toBe(503);
  issuer.bend = { settings };
  expect(await bring(issuer)).toBe(200);
});
