/**
 * Forged, altered, expired, misdirected, replayed and oversized messages: none is accepted, and each is refused by the
 * check that is for it. Made from a real Keycloak's response, with xml-crypto and by cutting text: nothing of ours writes them.
 */
import { Socket } from "node:net";
import { Exit } from "effect";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { said } from "./hostile/said.ts";
import { sealedRows } from "./hostile/sealed.ts";
import { signatures } from "./hostile/signatures.ts";
import { unaskedRows } from "./hostile/unasked.ts";
import { wrapped } from "./hostile/wrapped.ts";
import { fields, written } from "./hostile/written.ts";
import { attacker, encode, finish, outcome, real, signed, unsigned } from "./messages.ts";

const kinds = [
  ["wrapped around what was signed", wrapped, {}],
  ["written to confuse parsers", written, {}],
  ["signed badly or by others", signatures, {}],
  ["signed well, and not for us", said, {}],
  ["encrypted", sealedRows, {}],
  ["that nobody asked for", unaskedRows, { unsolicited: true }],
] as const;

/** Nothing that a message names is asked for. */
const asked = vi.spyOn(Socket.prototype, "connect");
beforeAll(async () => {
  await outcome(encode(real));
  asked.mockClear();
});
afterAll(() => expect(asked).not.toHaveBeenCalled());

/** Each with the time and memory that it may take: what a stranger sends must cost little. */
describe.each(kinds)("a message %s is refused", (_, rows, given) => {
  it.each(rows)("%s (%s)", async (_name, check, make) => {
    const message = make();
    expect(message).not.toBe(real);
    const [before, memory] = [process.cpuUsage(), process.memoryUsage().rss];
    expect(await outcome(encode(message), given)).toBe(check);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(250);
    expect(process.memoryUsage().rss - memory).toBeLessThan(64 * 1024 * 1024);
  });
});

const count = kinds.reduce((all, [, rows]) => all + rows.length, fields.length);

it(`there are ${count} hostile messages, at least 120`, () => {
  expect(count).toBeGreaterThanOrEqual(120);
});

it("whatever keeps an assertion from being opened, the trace says the same", async () => {
  const said = new Set<string>();
  for (const [, check, make] of sealedRows.filter(([, check]) => check === "decryption")) {
    const exit = await finish(encode(make()));
    const [reason] = Exit.isSuccess(exit) ? [] : exit.cause.reasons;
    const last =
      reason?._tag === "Fail" && reason.error._tag === "LoginRefused"
        ? reason.error.checks.at(-1)
        : undefined;
    expect(last?.name).toBe(check);
    said.add(last?.detail ?? "");
  }
  expect([...said]).toEqual([
    "None of our keys opens the assertion: has the provider our certificate of now?",
  ]);
});

describe("a field that is no message is refused", () => {
  it.each(fields)("%s (%s)", async (_name, check, field) => {
    expect(await outcome(field)).toBe(check);
  });
});

describe("a good message is refused", () => {
  it("before its time and after it, beyond the minute that clocks may differ", async () => {
    expect(await outcome(encode(real), { after: -70_000 })).toBe("version");
    expect(await outcome(encode(real), { after: 50_000 })).toMatch(/^ACCEPTED/);
    expect(await outcome(encode(real), { after: 125_000 })).toBe("times");
    expect(await outcome(encode(real), { after: 600_000 })).toBe("confirmation-time");
  });

  it("by a connection with another certificate, issuer, name or request", async () => {
    const { certificate } = attacker;
    expect(await outcome(encode(real), { certificates: certificate })).toBe("signature");
    expect(await outcome(encode(real), { settings: { idpEntityId: "https://other.acme.test" } })).toBe(
      "issuer",
    );
    expect(await outcome(encode(real), { settings: { entityId: "https://other.acme.test" } })).toBe(
      "audience",
    );
    expect(await outcome(encode(real), { request: "_another" })).toBe("in-response-to");
  });

  it("where the attribute that names the person is missing, empty or there twice", async () => {
    const settings = { subjectAttribute: "uid" };
    const said = (uid: string) => encode(signed(unsigned.replace('Name="firstName"', `Name="${uid}"`)));
    expect(await outcome(said("other"), { settings })).toBe("subject");
    expect(await outcome(said("uid"), { settings })).toBe("ACCEPTED gus");
    expect(await outcome(encode(signed(unsigned)), { settings: { subjectAttribute: "member" } })).toBe(
      "subject",
    );
    expect(await outcome(encode(signed(unsigned)), { settings: { preset: "entra" } })).toBe("subject");
  });
});

describe("a message altered anywhere", () => {
  const heard = async (xml: string) => {
    const exit = await finish(encode(xml));
    if (!Exit.isSuccess(exit)) return "refused";
    const { user, groups, once, session } = exit.value;
    return JSON.stringify({ user, groups, once, session });
  };

  it("is refused, or says the same as before", async () => {
    const before = await heard(real);
    const place = fc.integer({ min: 0, max: real.length - 1 });
    const text = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.constantFrom("", "<", ">", '"', "<a/>", "&#65;", "x"),
    );
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 0, max: 40 }), text, async (at, length, instead) => {
        const altered = `${real.slice(0, at)}${instead}${real.slice(at + length)}`;
        expect(["refused", before]).toContain(await heard(altered));
      }),
      { numRuns: 300 },
    );
  });

  it("by leaving out or repeating whole elements is refused, or says the same as before", async () => {
    const before = await heard(real);
    const tags = [...real.matchAll(/<\/?[a-z]+:[A-Za-z0-9]+[^>]*>/g)].map(({ index }) => index);
    const tag = fc.constantFrom(...tags);
    await fc.assert(
      fc.asyncProperty(tag, tag, tag, async (from, to, at) => {
        const [start, end] = [Math.min(from, to), Math.max(from, to)];
        const part = real.slice(start, end);
        expect(["refused", before]).toContain(await heard(`${real.slice(0, start)}${real.slice(end)}`));
        expect(["refused", before]).toContain(await heard(`${real.slice(0, at)}${part}${real.slice(at)}`));
      }),
      { numRuns: 150 },
    );
  });
});

describe("what a message costs", () => {
  /** Milliseconds of this process, with whatever the runtime does beside. */
  const cost = async (xml: string) => {
    const before = process.cpuUsage();
    await outcome(encode(xml));
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const values = (count: number) =>
    unsigned.replace(
      ">/team1<",
      `>/team1<${Array.from({ length: count }, (_, i) => `/saml:AttributeValue><saml:AttributeValue>/g${i}<`).join("")}`,
    );

  it.each([
    ["a person in 200 groups", signed(values(200))],
    ["a person in 1,100 groups, both signed", signed(signed(values(1_100)), { of: "Response" })],
    ["as many characters as there may be", signed(unsigned.replace("/team1", "x".repeat(370_000)))],
    [
      "1,100 attributes",
      signed(
        unsigned.replace(
          "<saml:AttributeStatement>",
          `<saml:AttributeStatement>${'<saml:Attribute Name="x"/>'.repeat(1_100)}`,
        ),
      ),
    ],
    ["one tag after another", `<a>${"<b/>".repeat(90_000)}</a>`],
    ["nothing but the beginnings of tags", "<".repeat(390_000)],
    ["nothing but ampersands", `<a>${"&amp;".repeat(70_000)}</a>`],
    [
      "attributes by the hundred",
      `<a>${`<b ${Array.from({ length: 400 }, (_, i) => `a${i}="1"`).join(" ")}/>`.repeat(90)}</a>`,
    ],
  ])("is at most 250 ms of CPU: %s", async (_name, xml) => {
    await outcome(encode(real));
    expect(encode(xml).length).toBeLessThanOrEqual(512 * 1024);
    expect(await cost(xml)).toBeLessThan(250);
  });
});
