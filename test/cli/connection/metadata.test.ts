/** A provider's metadata in a file, against what is pinned: only the difference that was shown comes to count. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../../support/server.ts";
import { newFolder, run } from "../support.ts";

const server = await startServer({});
const pem = readFileSync(new URL("../../payloads/saml/keycloak-certificate.pem", import.meta.url), "utf8");
const body = pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");

const folder = newFolder();
const fileOf = (name: string, sso: string): string => {
  const file = join(folder, name);
  writeFileSync(
    file,
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.acme.test"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${body}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${sso}"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
  );
  return file;
};

const rolebridge = (...args: ReadonlyArray<string>) =>
  run(args, {
    env: {
      ROLEBRIDGE_DATA: folder,
      ROLEBRIDGE_URL: server.url,
      ROLEBRIDGE_TOKEN: server.quickStart.operatorToken,
      ROLEBRIDGE_ORGANIZATION: "acme",
    },
  });

beforeAll(async () => {
  const { code, stderr } = await rolebridge(
    ...["connection", "add", "saml", "sso", "--unchecked"],
    ...["--metadata-file", fileOf("first.xml", "https://idp.acme.test/sso")],
  );
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
}, 120_000);

describe("metadata in a file", () => {
  const file = fileOf("next idp.xml", "https://idp.acme.test/next");

  it("counts by no flag that agrees to whatever is there", async () => {
    const { code, stdout, stderr } = await rolebridge(
      "connection",
      "metadata",
      "sso",
      "--file",
      file,
      "--yes",
    );
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining("--yes")]);
  }, 60_000);

  it("counts by the very command that is proposed", async () => {
    const shown = await rolebridge("connection", "metadata", "sso", "--file", file);
    expect(shown.code).toBe(2);
    const [, quoted, hash] =
      /rolebridge connection metadata sso --file '([^']+)' --approve ([0-9a-f]{64})/.exec(
        shown.stdout + shown.stderr,
      ) ?? [];
    expect(quoted).toBe(file);
    const approved = await rolebridge(
      ...["connection", "metadata", "sso", "--file", quoted ?? "", "--approve", hash ?? ""],
    );
    expect([approved.code, approved.stdout + approved.stderr]).toEqual([
      0,
      expect.stringContaining("Approved"),
    ]);
    expect((await rolebridge("connection", "metadata", "sso", "--file", file)).code).toBe(0);
  }, 60_000);

  it("is refused where people would sign in over plain http", async () => {
    const plain = fileOf("plain.xml", "http://idp.acme.test/sso");
    const { code, stderr } = await rolebridge("connection", "metadata", "sso", "--file", plain);
    expect([code, stderr]).toEqual([1, expect.stringContaining("over https")]);
  }, 60_000);
});

describe("help of a new connection", () => {
  it("offers a file of metadata where the provider has one", async () => {
    const [saml, oidc] = await Promise.all(
      ["saml", "oidc"].map((kind) => rolebridge("connection", "add", kind, "--help")),
    );
    expect(saml?.stdout).toContain("--metadata-file");
    expect(oidc?.stdout).toContain("--client-secret-file");
    expect(oidc?.stdout).not.toContain("--metadata-file");
  }, 60_000);
});
