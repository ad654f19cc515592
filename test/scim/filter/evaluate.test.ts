import { Result } from "effect";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate, parseFilter, type ResolvedFilter, resolveFilter } from "../../../src/scim/filter/index.ts";
import { type Resource, User } from "../../../src/scim/schema/index.ts";

const barbara: Resource = {
  id: "2819c223",
  externalId: "BJ-7",
  userName: "BJensen@Example.com",
  name: { familyName: "O'Malley", givenName: "Barbara" },
  nickName: "",
  active: true,
  emails: [
    { value: "bjensen@example.com", type: "work", primary: true },
    { value: "babs@jensen.org", type: "home" },
  ],
  addresses: [],
  meta: { created: "2011-05-13T04:42:34Z" },
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { manager: { value: "m-1" } },
};

const resolve = (text: string): ResolvedFilter | undefined =>
  Result.getOrUndefined(Result.flatMap(parseFilter(text), ({ filter }) => resolveFilter(User, filter)));

const matches = (text: string, resource: Resource = barbara): boolean | undefined => {
  const filter = resolve(text);
  return filter && evaluate(filter, resource);
};

describe("running a filter", () => {
  it.each([
    [`userName eq "bjensen@example.COM"`, true, "caseExact false folds both sides"],
    [`externalId eq "BJ-7"`, true, "caseExact true compares as it is"],
    [`externalId eq "bj-7"`, false, "caseExact true does not fold"],
    [`id ne "other"`, true, "ne is not eq"],
    [`id ne "2819c223"`, false, "ne fails on the same value"],
    [`title ne "x"`, true, "ne holds where there is no value"],
    [`title eq "x"`, false, "eq fails where there is no value"],
    [`name.familyName co "mall"`, true, "co finds inside"],
    [`userName sw "bj"`, true, "sw finds at the start"],
    [`userName ew ".COM"`, true, "ew finds at the end"],
    [`userName sw "jensen"`, false, "sw does not find inside"],
    [`emails eq "babs@jensen.org"`, true, "any value matches"],
    [`emails.type eq "home"`, true, "any sub-attribute matches"],
    [`emails.type ne "home"`, true, "ne matches when any value differs"],
    [`emails.type eq "other"`, false, "no value matches"],
    [`emails[type eq "work" and value co "jensen.org"]`, false, "one element must satisfy all"],
    [`emails[type eq "home" and value co "jensen.org"]`, true, "one element satisfies all"],
    [`emails.type eq "work" and emails.value co "jensen.org"`, true, "without brackets any elements will do"],
    [`emails[not (primary eq true)]`, true, "an element without primary is not primary"],
    [`emails[type eq "work"].value eq "bjensen@example.com"`, true, "Entra's form asks the same element"],
    [`emails[type eq "home"].value eq "bjensen@example.com"`, false, "Entra's form asks no other element"],
    [`emails pr`, true, "pr on a list with values"],
    [`addresses pr`, false, "pr on an empty list"],
    [`phoneNumbers pr`, false, "pr on nothing"],
    [`nickName pr`, false, "pr on an empty text (RFC 7644 table 3)"],
    [`nickName eq ""`, true, "an empty text is still equal to one"],
    [`name pr`, true, "pr on a complex attribute"],
    [`name.middleName pr`, false, "pr on a missing part"],
    [`title eq null`, true, "null is no value"],
    [`emails ne null`, true, "not null is any value"],
    [`active eq true`, true, "booleans compare"],
    [`active ne true`, false, "booleans differ"],
    [`meta.created eq "2011-05-13T06:42:34+02:00"`, true, "moments compare, not their text"],
    [`meta.created gt "2011-05-13T04:42:33Z"`, true, "later"],
    [`meta.created le "2011-05-13T04:42:34.000Z"`, true, "not later"],
    [`meta.created lt "2011-05-13T04:42:34Z"`, false, "not earlier than itself"],
    [`userName gt "bi"`, true, "text is ordered by its fold"],
    [`userName ge "bjensen@example.com"`, true, "equal is not less"],
    [`userName lt "bjensen@example.com.au"`, true, "a prefix comes first"],
    [`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "m-1"`, true, "extensions"],
    [`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User pr`, true, "a whole extension"],
    [`not (userName pr)`, false, "not"],
    [`userName pr and title pr`, false, "and"],
    [`userName pr or title pr`, true, "or"],
  ])("%s is %s: %s", (text, expected) => {
    expect(matches(text)).toBe(expected);
  });

  it("orders text by code point, as the database does, not by UTF-16 unit", () => {
    expect(matches(`title gt "\uff5e"`, { title: "😀" })).toBe(true);
  });

  it("takes a moment without a zone for UTC, wherever the server stands", () => {
    expect(matches(`meta.created eq "2011-05-13T04:42:34"`)).toBe(true);
  });

  it("never looks into what an object inherits", () => {
    const resource: Resource = Object.create({ title: "inherited" });
    expect(matches("title pr", resource)).toBe(false);
  });
});

describe("logic", () => {
  const leaves = [
    `userName sw "b"`,
    `title pr`,
    `active eq true`,
    `active ne true`,
    `emails.type ne "home"`,
    `emails[type eq "work" and primary eq true]`,
    `name.givenName gt "M"`,
    `nickName eq ""`,
  ];
  const leaf = fc.constantFrom(...leaves);
  const resource: fc.Arbitrary<Resource> = fc.record(
    {
      userName: fc.constantFrom("bob", "ann"),
      title: fc.constantFrom("", "Guide"),
      active: fc.boolean(),
      nickName: fc.constantFrom("", "x"),
      name: fc.record({ givenName: fc.constantFrom("A", "Z") }, { requiredKeys: [] }),
      emails: fc.array(
        fc.record(
          { value: fc.string(), type: fc.constantFrom("work", "home"), primary: fc.boolean() },
          { requiredKeys: [] },
        ),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: [] },
  );

  it("knows every leaf used here", () => {
    for (const each of leaves) expect(resolve(each)).toBeDefined();
  });

  it("obeys De Morgan", () => {
    fc.assert(
      fc.property(leaf, leaf, resource, (a, b, each) => {
        expect(matches(`not (${a} and ${b})`, each)).toBe(matches(`not (${a}) or not (${b})`, each));
        expect(matches(`not (${a} or ${b})`, each)).toBe(matches(`not (${a}) and not (${b})`, each));
      }),
    );
  });

  it("obeys double negation", () => {
    fc.assert(
      fc.property(leaf, resource, (a, each) => {
        expect(matches(`not (not (${a}))`, each)).toBe(matches(a, each));
      }),
    );
  });

  it("makes `ne` the negation of `eq` on a single value", () => {
    fc.assert(
      fc.property(resource, (each) => {
        expect(matches(`title ne "Guide"`, each)).toBe(matches(`not (title eq "Guide")`, each));
      }),
    );
  });
});
