/** The commands of an organization's own SCIM schemas. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startServer } from "../support.ts";

const server = await startServer();
const { rolebridge, json } = server;

describe("schema", () => {
  const urn = "urn:acme:scim:hr:2.0:User";
  const example = "config/extension-schema.json";

  it("is declared from a file, listed, shown, and removed", async () => {
    const made = await json(["schema", "set", example]);
    expect(made).toMatchObject({ id: urn, resourceType: "USER", name: "HR" });
    expect(made.document).toMatchObject(JSON.parse(readFileSync(example, "utf8")));
    expect(await json(["schema", "list"])).toEqual([made]);
    expect((await rolebridge(["schema", "list"])).stdout).toMatch(/^urn:acme:scim:hr:2.0:User +user +HR +/m);
    expect(await json(["schema", "show", urn.toUpperCase()])).toEqual(made);
    const { stdout } = await rolebridge(["schema", "show", urn]);
    expect(stdout).toMatch(/^skills +string, several +What the person can do\.$/m);
    expect(stdout).toMatch(/^site\.code +string +The code of the site\.$/m);
    const shown = await server.scim("GET", `/Schemas/${urn}`);
    expect(shown.status).toBe(200);
    const again = await json(["schema", "set", "-"], 0, { stdin: JSON.stringify(made.document) });
    expect(again).toEqual(made);
    expect(await json(["schema", "remove", urn, "--yes"])).toEqual(made);
    expect((await rolebridge(["schema", "list"])).stderr).toContain("rolebridge schema set FILE");
  });

  it("extends groups where that is said", async () => {
    const document = { id: "urn:acme:scim:team:Group", attributes: [{ name: "cost", type: "decimal" }] };
    const made = await json(["schema", "set", "-", "--extends", "group"], 0, {
      stdin: JSON.stringify(document),
    });
    expect(made).toMatchObject({ resourceType: "GROUP" });
    await json(["schema", "remove", document.id, "--yes"]);
  });

  it("keeps its values unless they may go", async () => {
    await json(["schema", "set", example]);
    const schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
    const person = { schemas, userName: "badge@acme.test", [urn]: { badge: "green" } };
    expect((await server.scim("POST", "/Users", person)).status).toBe(201);
    const kept = await rolebridge(["schema", "remove", urn, "--yes"]);
    expect(kept).toMatchObject({ code: 1, stderr: expect.stringContaining("--discard-values") });
    expect((await json(["schema", "remove", urn, "--yes", "--discard-values"])).id).toBe(urn);
  });

  it("is refused, not there or not agreed to in a sentence", async () => {
    const wrong = await rolebridge(["schema", "set", "-"], { stdin: '{ "id": "x", "attributes": [] }' });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/\n\(request [0-9a-f-]{36}\)\n$/) });
    expect(wrong.stderr).toContain("id: use a URN");
    const missing = await rolebridge(["schema", "show", urn]);
    expect(missing.stderr).toContain(`No schema ${urn} was declared here.`);
    expect((await rolebridge(["schema", "remove", urn])).stderr).toContain("add --yes if you mean it");
    expect((await rolebridge(["schema", "set", "/nowhere.json"])).stderr).toContain("cannot be read");
  });
});
