/** What no Keycloak says: the run ends with one sentence, and nothing foreign stands uncut in it. */
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import type { Reason } from "../../../connectors/connector.ts";
import { shown } from "../../../connectors/keycloak/failure.ts";
import { one, read } from "../../contracts/connector.ts";
import type { Answer, Asked, Rule } from "../../support/fault-proxy.ts";
import { missing, onRealm } from "./support.ts";

const { ready, open } = onRealm(30);

const when =
  (path: RegExp, answer: (asked: Asked) => Answer): Rule =>
  (asked) =>
    path.test(asked.path) ? answer(asked) : undefined;

const users = /realms\/[^/]+\/users\/?$/;
const children = /\/children$/;
const members = /\/members$/;
const roles = /realms\/[^/]+\/roles\/?$/;
const json = (body: unknown): Answer => ({ status: 200, body: JSON.stringify(body) });
const user = (id: string, username = id) => ({ id, username, enabled: true });
/** The first of the list is this instead. */
const instead = (one: unknown): Answer => ({
  rewrite: (body) => JSON.stringify([one, ...JSON.parse(body).slice(1)]),
});
const long = (length: number) => "x".repeat(length);
const page = ({ query }: Asked, of: (n: number) => unknown) =>
  json(Array.from({ length: Number(query.get("max")) }, (_, i) => of(Number(query.get("first")) + i)));
const nested = ({ path }: Asked, ...suffixes: ReadonlyArray<string>) => {
  const above = path.split("/").at(-2) ?? "";
  const deeper = Number(/^deep(\d+)/.exec(above)?.[1] ?? 0) + 1;
  return json(
    suffixes.map((end) => ({ id: `deep${deeper}${end}`, name: "G", parentId: above, subGroupCount: 1 })),
  );
};

const cases: ReadonlyArray<readonly [name: string, rule: Rule, reason: Reason, detail?: RegExp]> = [
  ["an id of 256 characters", when(users, () => instead(user(long(256), "cat"))), "malformed"],
  ["an id that is another place", when(users, () => instead(user("..", "cat"))), "malformed"],
  ["a username of 20,000 characters", when(users, () => instead(user("u", long(20_000)))), "malformed"],
  [
    "a role name of 20,000 characters",
    when(roles, () => instead({ id: "r", name: long(20_000) })),
    "malformed",
  ],
  [
    "a longer page than was asked for",
    when(members, () => json(Array.from({ length: 1_021 }, (_, i) => user(`u${i}`)))),
    "malformed",
    /1021 .* at most 1020/,
  ],
  [
    "people without end",
    when(users, (asked) => page(asked, (n) => user(`u${n}`))),
    "malformed",
    /more than 1060 users/,
  ],
  [
    "groups without end",
    when(children, (asked) => page(asked, (n) => ({ id: `g${n}`, name: "G", subGroupCount: 0 }))),
    "malformed",
    /more than 1026 groups/,
  ],
  [
    "groups nested without end",
    when(children, (asked) => nested(asked, "")),
    "malformed",
    /more than 64 deep/,
  ],
  ["a group in itself", when(children, () => json([{ id: "g", name: "G", subGroupCount: 1 }])), "conflict"],
];

describe.skipIf(missing)("a hostile Keycloak", () => {
  for (const [name, rule, reason, detail = /./] of cases)
    it.live(`is given up: ${name}`, () =>
      Effect.map(read(open(rule)), ({ proofs, failure }) => {
        assert.isEmpty(proofs);
        assert.strictEqual(failure?.reason, reason);
        assert.match(failure?.detail ?? "", detail);
        assert.isBelow(failure?.detail.length ?? 0, 300);
        assert.isBelow(ready().proxy.asked.length, 1_000);
      }),
    );

  it.live("is told of with an id that is cut and has nothing invisible", () =>
    Effect.map(
      Effect.flip(one(open(when(/\/users\/[^/]+$/, () => ({ status: 400 }))), `\u001b[31m${long(5_000)}`)),
      ({ detail }) => {
        assert.match(detail, /user \\u\{1b\}\[31mx+…/);
        assert.isBelow(detail.length, 300);
      },
    ),
  );

  it.live("has no such realm: the realm and the address are named", () =>
    Effect.gen(function* () {
      const { proxy } = ready();
      const nowhere = yield* read(open(undefined, "reader", { realm: "acmee" }));
      assert.strictEqual(nowhere.failure?.reason, "missing");
      assert.strictEqual(
        nowhere.failure?.detail,
        `There is no realm acmee at ${proxy.url}. Check realm and baseUrl (older servers answer under /auth).`,
      );
      const elsewhere = yield* read(open(undefined, "reader", { baseUrl: `${proxy.url}/auth` }));
      assert.strictEqual(elsewhere.failure?.reason, "missing");
      assert.include(elsewhere.failure?.detail ?? "", `${proxy.url}/auth`);
    }),
  );

  it.live("loses its realm midway: nobody is gone, not even beside a canary that was found before", () =>
    Effect.gen(function* () {
      const unknown = "00000000-0000-4000-8000-000000000000";
      let lost = false;
      const rule: Rule = ({ path }) =>
        lost && /\/token$/.test(path)
          ? { status: 404, body: '{"error":"Realm does not exist"}' }
          : lost && path.includes("/admin/")
            ? { status: 401 }
            : undefined;
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { source } = yield* open(rule);
          if (source === undefined) return yield* Effect.die("a source");
          assert.deepStrictEqual((yield* source.confirm({ _tag: "User", id: unknown })).gone, [unknown]);
          lost = true;
          const failure = yield* Effect.flip(source.confirm({ _tag: "User", id: unknown }));
          assert.strictEqual(failure.reason, "missing");
        }),
      );
    }),
  );
});

it.each([
  ["acme", "acme"],
  [long(40), long(40)],
  [long(41), `${long(40)}…`],
  ["a\u001b[2J\u0000\u202eb\n", "a\\u{1b}[2J\\u{0}\\u{202e}b\\u{a}"],
])("shown in a sentence: %j", (text, expected) => {
  assert.strictEqual(shown(text), expected);
});
