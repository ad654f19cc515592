/** What a recording keeps, and what never gets into one. */
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exchangeOf, type Heard } from "../../../src/scim/recording/index.ts";

const userUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
const patchUrn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const key = randomBytes(32);

const heard = (some: Partial<Heard>): Heard => ({
  method: "GET",
  path: "/Users",
  headers: {},
  body: undefined,
  status: 200,
  answer: undefined,
  ...some,
});

// biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came, and fail where it is other.
const keep = (some: Partial<Heard>, under = key): any => exchangeOf(under, heard(some));

const filtered = (filter: string) =>
  new URLSearchParams(keep({ path: `/Users?filter=${encodeURIComponent(filter)}` }).path.split("?")[1]).get(
    "filter",
  );

describe("a recording keeps", () => {
  it("structure, types, known names and words as they were written", () => {
    const body = {
      schemas: [patchUrn],
      Operations: [
        { op: "Replace", path: "active", value: "False" },
        { op: "add", path: 'emails[type eq "work"].Value', value: "ada@acme.com" },
        {
          op: "Remove",
          path: "members",
          value: [{ $ref: null, value: "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef" }],
        },
        { op: "replace", value: { "name.givenName": "Ada", active: false, roles: [], title: "", x: null } },
      ],
    };
    const [first, second, third, fourth] = keep({ method: "PATCH", body }).body.Operations;
    expect(first).toEqual({ op: "Replace", path: "active", value: "False" });
    expect(second.path).toBe('emails[type eq "work"].Value');
    expect(second.value).toMatch(/^[a-z]{8,}@example\.test$/);
    expect(third.value).toEqual([
      { $ref: null, value: expect.stringMatching(/^[0-9a-f-]{14}4[0-9a-f]{3}-b/) },
    ]);
    expect(fourth.value).toMatchObject({ active: false, roles: [], title: "" });
    expect(Object.keys(fourth.value)[0]).toBe("name.givenName");
  });

  it("the form of an address: encoding, blanks, dangling signs", () => {
    expect(keep({ path: "/Users?filter=userName+eq+%22ada%40acme.com%22&" }).path).toMatch(
      /^\/Users\?filter=userName\+eq\+%22[a-z]+%40example\.test%22&$/,
    );
    expect(keep({ path: "/Groups?" }).path).toBe("/Groups?");
    expect(keep({ path: "/Users?startIndex=10001&count=100&excludedAttributes=members" }).path).toBe(
      "/Users?startIndex=10001&count=100&excludedAttributes=members",
    );
    expect(keep({ path: "/Users?filter=userName%20eq%20ada@acme.com" }).path).toMatch(
      /eq%20[a-z]+@example\.test$/,
    );
  });

  it("operators, brackets and connectives of filters", () => {
    expect(filtered('not (emails[type eq "work" and value co "acme.com"]) or title pr')).toMatch(
      /^not \(emails\[type eq "work" and value co "[a-z]+\.[a-z]+"\]\) or title pr$/,
    );
    expect(filtered(`${userUrn}:userName EQ "Ada" and active eq true`)).toMatch(
      /^urn:ietf:params:scim:schemas:core:2\.0:User:userName EQ "[A-Z][a-z]+" and active eq true$/,
    );
  });

  it("equality: the same value in a body, a filter, a path and an answer, in any case", () => {
    const id = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef";
    const { path, body, answer } = keep({
      path: `/Users/${id}?filter=userName%20eq%20%22ADA%40ACME.COM%22`,
      body: { userName: "ada@acme.com" },
      answer: { id, userName: "ada@acme.com", meta: { location: `https://id.acme.com/scim/v2/Users/${id}` } },
    });
    expect(body.userName).toBe(answer.userName);
    expect(decodeURIComponent(path)).toContain(answer.userName.toUpperCase());
    expect(path).toContain(answer.id);
    expect(answer.meta.location).toBe(`https://example.test/scim/v2/Users/${answer.id}`);
    expect(keep({ body: { userName: "ada@acme.com" } }, randomBytes(32)).body.userName).not.toBe(
      body.userName,
    );
  });

  it("neither names of a customer's own, nor of schemas, but the same one each time", () => {
    const urn = "urn:acme:params:scim:schemas:extension:hr:2.0:User";
    const { body, path } = keep({
      path: `/Users?filter=${encodeURIComponent(`${urn}:favouriteTeam eq "x"`)}`,
      body: { schemas: [userUrn, urn], [urn]: { favouriteTeam: "Tigers" }, favouriteTeam: "Tigers" },
    });
    expect(JSON.stringify([body, path])).not.toMatch(/acme|hr:|favourite|tigers/i);
    const [core, own] = body.schemas;
    expect(core).toBe(userUrn);
    expect(Object.keys(body)).toEqual(["schemas", own, expect.stringMatching(/^x[0-9a-f]{8}$/)]);
    expect(decodeURIComponent(path)).toContain(`${own}:${Object.keys(body)[2]}`);
  });

  it("no password, no User-Agent, no other header, no detail of an error", () => {
    const kept = keep({
      headers: {
        authorization: "Bearer rbs_secret",
        cookie: "session",
        "user-agent": "Acme Corp 1.0",
        "content-type": "application/scim+json; charset=utf-8; owner=acme",
        accept: "acme/private, */*;q=0.1",
      },
      body: {
        password: "hunter2hunter2",
        Operations: [{ op: "replace", path: "password", value: "hunter2hunter2" }],
      },
      answer: { status: "409", scimType: "uniqueness", detail: "ada@acme.com is taken" },
    });
    expect(JSON.stringify(kept)).not.toMatch(/hunter2|rbs_|session|acme|ada/i);
    expect(kept.headers).toEqual({
      "content-type": "application/scim+json; charset=utf-8",
      accept: "application/other, */*; q=0.1",
      "user-agent": "present",
    });
    expect(kept.answer).toEqual({ status: "409", scimType: "uniqueness", detail: "(not recorded)" });
  });

  it("pseudonyms in texts that hold JSON, and in bulk paths", () => {
    const { body } = keep({
      body: {
        Operations: [
          { method: "PUT", path: "/Users/bulkId:ada-lovelace?x=ada-lovelace", bulkId: "ada-lovelace" },
          { op: "Add", path: "roles", value: '{"displayName":"Ada Lovelace","primary":"True"}' },
        ],
      },
    });
    expect(JSON.stringify(body)).not.toMatch(/lovelace/i);
    expect(JSON.parse(body.Operations[1].value)).toMatchObject({ primary: "True" });
  });
});

/** Every way in which a text could be written in a recording. */
const writings = (text: string): ReadonlyArray<string> => {
  const cases = [text, text.toLowerCase(), text.toUpperCase()];
  return cases.flatMap((one) => [
    one,
    JSON.stringify(one).slice(1, -1),
    encodeURIComponent(one),
    encodeURIComponent(one).toLowerCase(),
    encodeURIComponent(one).replaceAll("%20", "+"),
  ]);
};

const letter = fc.constantFrom(
  ...Array.from("abcdefghijklmnopqrstuvwxyzABCDEFÄÖÜéèñøßЖдиЯλωΣ漢字名前김민준שלוםمحمد"),
);
const word = fc.array(letter, { minLength: 9, maxLength: 20 }).map((letters) => letters.join(""));
const separated = fc.tuple(word, fc.constantFrom(" ", "-", "'", '"', "\\", ", ", ".", "&", "%", "+"), word);
const name = separated.map((parts) => parts.join(""));
const email = fc.tuple(word, word).map(([local, host]) => `${local}@${host}.com`);
const phone = fc.stringMatching(/^\+[1-9]\d{11,13}$/);
const free = fc
  .string({ minLength: 12, maxLength: 40, unit: "grapheme" })
  .map((text) => `${text} personal-${text}`);
const uuid = fc.uuid();

interface Person {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly free: string;
  readonly external: string;
  readonly id: string;
}

const person: fc.Arbitrary<Person> = fc.record({ name, email, phone, free, external: word, id: uuid });

const sent = (one: Person): Heard => {
  const quoted = JSON.stringify(one.name);
  const filter = `externalId eq "${one.external}" and (displayName co ${quoted} or userName eq ${one.email})`;
  const resource = {
    schemas: [userUrn],
    id: one.id,
    externalId: one.external,
    userName: one.email,
    name: { formatted: one.name, givenName: one.free },
    displayName: one.name,
    emails: [{ value: one.email.toUpperCase(), type: "work" }],
    phoneNumbers: [{ value: one.phone, type: one.free }],
    photos: [
      { value: `https://${one.external}.com/${encodeURIComponent(one.name)}/${one.id}?of=${one.external}` },
    ],
    "urn:acme:own:User": { [one.external]: one.free, [one.name]: [one.phone] },
    members: [{ value: one.id, $ref: `../Users/${one.id}`, display: one.name }],
    roles: [JSON.stringify({ value: one.free, display: one.name })],
  };
  return {
    method: "POST",
    path: `/Users/${encodeURIComponent(one.external)}?filter=${encodeURIComponent(filter)}&${encodeURIComponent(one.name)}=${encodeURIComponent(one.free)}`,
    headers: { "user-agent": one.name, accept: one.external, "content-type": one.external },
    body: {
      ...resource,
      Operations: [
        { op: one.external, path: `emails[value eq ${quoted}].display`, value: one.name },
        { op: "add", path: one.external, value: resource },
        { op: "replace", value: { [`members[value eq "${one.id}"]`]: one.phone } },
      ],
    },
    status: 400,
    answer: { ...resource, detail: `${one.name} is taken`, Resources: [resource] },
  };
};

describe("no personal value", () => {
  it("is in a recording, in any encoding or case", () => {
    fc.assert(
      fc.property(person, (one) => {
        const kept = exchangeOf(randomBytes(32), sent(one));
        const text = JSON.stringify(kept);
        const decoded = decodeURIComponent(String(kept["path"]));
        for (const value of Object.values(one)) {
          for (const written of writings(value)) {
            expect(text.includes(written), `${written} in ${text}`).toBe(false);
            expect(decoded.includes(written), `${written} in ${decoded}`).toBe(false);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("shares its pseudonym with another", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 2, maxLength: 40, selector: (text) => text.toLowerCase() }),
        (words) => {
          const { body } = keep({ body: { list: words } });
          expect(new Set(Object.values(body).flat()).size).toBe(words.length);
        },
      ),
    );
  });
});
