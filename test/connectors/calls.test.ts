/** Every setting that is an address says whether this server calls it: a new connector cannot forget to. */
import { describe, expect, it } from "vitest";
import { connectors } from "../../connectors/index.ts";

describe("a connector's addresses", () => {
  it("that this server calls are these, and a setting that looks like one and is not called is known", () => {
    const named = connectors.flatMap(({ kind, fields }) =>
      fields
        .filter(({ name, calls }) => calls === true || /url|issuer|address|endpoint/i.test(name))
        .map(({ name, calls }) => `${kind} ${name}${calls === true ? "" : " (only the browser)"}`),
    );
    expect(named).toEqual([
      "keycloak baseUrl",
      "oidc issuer",
      "saml ssoUrl (only the browser)",
      "saml metadataUrl",
    ]);
  });
});
