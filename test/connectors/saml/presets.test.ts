/** What each preset makes of a response as its vendor documents it: test/payloads/saml/sources.md says where. */
import { readFileSync } from "node:fs";
import { Effect, Exit } from "effect";
import { afterEach, describe, expect, it, vi } from "vitest";
import { saml } from "../../../connectors/saml/index.ts";
import { presets } from "../../../connectors/saml/presets.ts";
import { ours, signed } from "./messages.ts";
import type { How } from "./sign.ts";

const read = (name: string) =>
  readFileSync(new URL(`../../payloads/saml/${name}.xml`, import.meta.url), "utf8");
const first = (xml: string, pattern: RegExp) => pattern.exec(xml)?.[1] ?? "";

afterEach(() => void vi.useRealTimers());

/** Believed by a connection with this preset, at the time it was issued; the check that failed otherwise. */
const heard = async (xml: string, settings: object, how: How = {}) => {
  const issuer = first(xml, /Issuer[^>]*>([^<]*)</);
  const now = Date.parse(first(xml, / IssueInstant="([^"]*)"/));
  vi.useFakeTimers({ toFake: ["Date"], now: now + 5_000 });
  const parameters = new Map([["SAMLResponse", Buffer.from(signed(xml, how)).toString("base64")]]);
  const given = { idpEntityId: issuer, ssoUrl: "https://idp.acme.test/sso", certificates: ours.certificate };
  const finished = Effect.flatMap(saml.open({ ...given, ...settings }), ({ login }) =>
    login === undefined
      ? Effect.die("no login")
      : login.finish({
          callback: first(xml, / Destination="([^"]*)"/),
          state: "s",
          parameters,
          kept: { request: first(xml, / InResponseTo="([^"]*)"/) },
        }),
  );
  const exit = await Effect.runPromiseExit(Effect.scoped(finished));
  if (Exit.isSuccess(exit)) return exit.value;
  const [reason] = exit.cause.reasons;
  const error = reason?._tag === "Fail" ? reason.error : undefined;
  return error?._tag === "LoginRefused" ? error.checks.at(-1)?.name : JSON.stringify(exit.cause);
};

const ada = (userName: string) => ({
  userName,
  displayName: "Ada Lovelace",
  name: { givenName: "Ada", familyName: "Lovelace" },
  emails: [{ value: "ada@acme.test", primary: true }],
  active: true,
});
const nameless = (userName: string) => {
  const { displayName: _, ...rest } = ada(userName);
  return rest;
};

/** Who signed in, their record, their groups, and of which kinds all were told. */
const vendors = [
  [
    "entra",
    { of: "Assertion" },
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    ada("ada@acme.test"),
    ["07dd8a60-bf6d-4e17-8844-230b77145381", "0e129f5b-6b0a-4944-982d-f776045632af", "client-role:Approver"],
    ["group", "client-role"],
  ],
  [
    "okta",
    { of: "Response", inclusive: ["xs"] },
    "00u1gwqv0vkUq7wQb5d7",
    ada("ada@acme.test"),
    ["Everyone", "Engineers"],
    ["group"],
  ],
  [
    "google",
    { of: "Response" },
    "107691503500061506150",
    nameless("ada@acme.test"),
    ["Group-1", "Group-2"],
    ["group"],
  ],
  [
    "adfs",
    { of: "Assertion" },
    "aXnQ3mXl9yJ5",
    ada("ada@acme.test"),
    ["Engineers", "Domain Users"],
    ["group"],
  ],
  [
    "ping",
    { of: "Assertion" },
    "5f0d2a7e-6f1c-4d3b-8f57-2f1f3a9f6c55",
    nameless("ada"),
    ["Engineers", "Staff"],
    ["group"],
  ],
] as const;

describe("a response as its vendor documents it", () => {
  it.each(vendors)(
    "of %s names the person and all groups",
    async (preset, how, id, resource, groups, complete) => {
      const verified = await heard(read(preset), { preset, emailsAreVerified: true }, how);
      if (typeof verified !== "object") throw new Error(verified);
      expect(verified.user).toEqual({ _tag: "User", id, resource });
      expect(verified.groups.groups.map((group) => group.id)).toEqual(groups);
      expect(verified.groups).toMatchObject({ complete, missing: null });
    },
  );

  it("is there for each preset: the hostile suite has a real one of Keycloak, and generic is nobody's", () => {
    const there = [...vendors.map(([preset]) => preset), "keycloak", "generic"];
    expect(there.sort()).toEqual([...presets].sort());
  });

  it.each(["okta", "google", "adfs", "ping"])(
    "of %s that leaves its groups out keeps them",
    async (preset) => {
      const without = read(preset).replace(
        /<(\w+:)?Attribute Name="(groups|memberOf|[^"]*\/Group)".*?<\/\1Attribute>/s,
        "",
      );
      expect(without).not.toBe(read(preset));
      expect(await heard(without, { preset })).toMatchObject({
        groups: { groups: [], complete: [], missing: expect.stringContaining("has no attribute") },
      });
      expect(await heard(without, { preset, absentIsEmpty: true })).toMatchObject({
        groups: { groups: [], complete: ["group"], missing: null },
      });
    },
  );

  it.each([
    {},
    { absentIsEmpty: true },
    { groupsAttribute: "teams" },
    { groupsAttribute: "teams", absentIsEmpty: true },
  ])(
    "of Entra that has too many groups keeps them, whatever a missing attribute means: %o",
    async (settings) => {
      const verified = await heard(read("entra-overage"), { preset: "entra", ...settings });
      expect(verified).toMatchObject({
        groups: {
          groups: [{ id: "client-role:Approver" }],
          complete: ["client-role"],
          missing: expect.stringContaining("too many"),
        },
      });
    },
  );

  it("of Entra with the link beside groups counts as one that left groups out", async () => {
    const link = first(read("entra-overage"), /(<Attribute Name="[^"]*groups\.link">.*?<\/Attribute>)/s);
    const both = read("entra").replace("<AttributeStatement>", () => `<AttributeStatement>${link}`);
    expect(await heard(both, { preset: "entra" })).toMatchObject({ groups: { complete: ["client-role"] } });
  });

  it("of Entra takes its object id, and not its NameID, which is an address", async () => {
    expect(await heard(read("entra"), { preset: "generic" })).toBe("subject");
    expect(await heard(read("entra").replace("objectidentifier", "other"), { preset: "entra" })).toBe(
      "subject",
    );
  });
});
