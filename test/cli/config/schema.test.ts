import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configurationSchema } from "../../../src/cli/config/index.ts";

const file = new URL("../../../config/organization.schema.json", import.meta.url);

describe("the published JSON Schema", () => {
  it("equals config/organization.schema.json (UPDATE_SCHEMA=1 writes it)", () => {
    const made = JSON.parse(JSON.stringify(configurationSchema()));
    if (process.env["UPDATE_SCHEMA"] === "1") writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(made);
  });

  it("closes every object, and knows every section and the conditions", () => {
    const text = JSON.stringify(configurationSchema());
    expect(text).not.toContain('"additionalProperties":true');
    const { properties, $defs } = JSON.parse(text);
    expect(Object.keys(properties)).toEqual([
      ...["version", "organization", "roles", "ladders", "scopes", "connections", "applications", "guard"],
      "mapping",
    ]);
    expect($defs.Condition.anyOf).toHaveLength(10);
  });
});
