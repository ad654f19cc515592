/** Whom an OpenID Connect connection can take replies of. */
import { Schema } from "effect";
import { expect, it } from "vitest";
import { Settings } from "../../../connectors/oidc/settings.ts";

const decode = Schema.decodeUnknownSync(Settings);
const entra = "https://login.microsoftonline.com/01234567-89ab-cdef-0123-456789abcdef/v2.0";
const given = { issuer: "https://login.acme.test", clientId: "ours", clientSecret: "only-for-tests" };

it("of Entra no other client's than its own, for there a person is another one in each", () => {
  const sentence =
    /write no other client than the connection's own: Entra calls a person otherwise.*acceptedAudiences/s;
  const acceptedAudiences = "ours product";
  for (const more of [{ preset: "entra" }, { issuer: entra }]) {
    expect(() => decode({ ...given, ...more, acceptedAudiences })).toThrow(sentence);
    expect(decode({ ...given, ...more, acceptedAudiences: "ours" })).toMatchObject(more);
    expect(decode({ ...given, ...more })).toMatchObject(more);
  }
  expect(decode({ ...given, acceptedAudiences })).toMatchObject({ acceptedAudiences });
});
