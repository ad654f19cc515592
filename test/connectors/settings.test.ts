import { assert, describe, it } from "@effect/vitest";
import { Schema } from "effect";
import { connectors } from "../../connectors/index.ts";
import { fields, Settings } from "../../connectors/keycloak/settings.ts";
import { connectionKinds } from "../../src/domain/index.ts";

describe("settings of connectors", () => {
  it("every connector's kind is a connection's kind, each once", () => {
    const kinds = connectors.map(({ kind }) => kind);
    assert.strictEqual(new Set(kinds).size, kinds.length);
    for (const kind of kinds) assert.include(connectionKinds, kind);
  });

  it("the rows that forms and flags derive from name exactly the schema's settings", () => {
    assert.deepStrictEqual(fields.map(({ name }) => name).sort(), Object.keys(Settings.fields).sort());
    for (const { title, help } of fields) assert.isTrue(title.length > 0 && help.length > 0);
  });

  it("the defaults in the rows are the schema's, and what has none must be given", () => {
    const given = {
      baseUrl: "https://keycloak.acme.test/auth",
      realm: "acme",
      clientId: "rolebridge",
      clientSecret: "s",
    };
    const decoded: Readonly<Record<string, unknown>> = Schema.decodeUnknownSync(Settings)(given);
    for (const { name, type, default: written } of fields) {
      if (written !== null) {
        assert.strictEqual(String(decoded[name]), written);
        assert.strictEqual(typeof decoded[name], type === "text" ? "string" : type);
      }
      if (written === null)
        assert.throws(() => Schema.decodeUnknownSync(Settings)({ ...given, [name]: undefined }));
    }
    assert.notInclude(JSON.stringify(decoded), '"s"');
  });

  it.each([
    ["baseUrl", "ftp://keycloak.acme.test"],
    ["baseUrl", "https://user:password@keycloak.acme.test"],
    ["baseUrl", "https://keycloak.acme.test/?a=b"],
    ["pageSize", 0],
    ["pageSize", 1001],
    ["concurrency", 17],
  ])("refuses %s %s", (name, value) => {
    const given = { baseUrl: "https://k.acme.test", realm: "acme", clientId: "c", clientSecret: "s" };
    assert.throws(() => Schema.decodeUnknownSync(Settings)({ ...given, [name]: value }));
  });
});
