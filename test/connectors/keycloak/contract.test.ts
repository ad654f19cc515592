import { describe } from "@effect/vitest";
import { Effect } from "effect";
import { beforeAll } from "vitest";
import type { Reason } from "../../../connectors/connector.ts";
import { connectorContract, type FaultCase } from "../../contracts/connector.ts";
import type { Answer, Asked, Rule } from "../../support/fault-proxy.ts";
import { record } from "./changes/support.ts";
import { missing, onRealm } from "./support.ts";

const realm = onRealm(310);

const at =
  (path: RegExp, answer: Answer, when: (asked: Asked) => boolean = () => true): Rule =>
  (asked) =>
    path.test(asked.path) && when(asked) ? answer : undefined;

// The library ends some addresses with a slash.
const users = /realms\/[^/]+\/users\/?$/;
const members = /\/members$/;
const later = ({ query }: Asked) => Number(query.get("first")) > 0;
const status = (code: number, headers: Record<string, string> = {}): Answer => ({ status: code, headers });
/** As Keycloak says it. */
const notFound: Answer = { status: 404, body: '{"error":"Could not find group by id"}' };
const items = (change: (list: ReadonlyArray<unknown>) => ReadonlyArray<unknown>): Answer => ({
  rewrite: (body) => JSON.stringify(change(JSON.parse(body))),
});

const fault = (name: string, rule: Rule, ...reasons: ReadonlyArray<Reason>): FaultCase => ({
  name,
  open: realm.open(rule),
  reasons,
});
let firstPage: ReadonlyArray<unknown> = [];
const tomorrow = () => new Date(Date.now() + 86_400_000).toUTCString();

const faults = [
  fault("the secret is wrong", at(/\/token$/, status(401)), "unauthorized"),
  fault("the token is a page of HTML", at(/\/token$/, { status: 200, body: "<html>" }), "malformed"),
  fault("the token is empty", at(/\/token$/, { status: 200, body: "{}" }), "malformed", "unavailable"),
  fault("401 midway, though the token was renewed", at(users, status(401), later), "unauthorized"),
  fault("403 on users", at(users, status(403)), "forbidden"),
  fault("403 on members", at(members, status(403)), "forbidden"),
  fault("403 on roles", at(/realms\/[^/]+\/roles\/?$/, status(403)), "forbidden"),
  fault("404 for the children of a group, again and again", at(/\/children$/, notFound), "conflict"),
  fault("404 for members by something before Keycloak", at(members, status(404)), "unavailable"),
  fault("404 for the realm", at(/\/token$/, notFound), "missing"),
  fault("429 in seconds", at(users, status(429, { "retry-after": "1" })), "throttled"),
  fault("429 with a date", at(users, status(429, { "retry-after": tomorrow() })), "throttled"),
  fault("429 with an absurd wait", at(users, status(429, { "retry-after": "99999999999" })), "throttled"),
  fault("500", at(members, status(500)), "unavailable"),
  fault("503", at(users, status(503), later), "unavailable"),
  fault("a redirect", at(users, status(302, { location: "http://127.0.0.1:1/" })), "refused"),
  fault("truncated JSON", at(users, { rewrite: (body) => body.slice(0, -20) }, later), "malformed"),
  fault("a page of HTML with 200", at(members, { status: 200, body: "<html>Sign in</html>" }), "malformed"),
  fault("an empty list of users with 200", at(users, { status: 200, body: "[]" }), "forbidden"),
  fault(
    "an empty list of groups with 200",
    at(/realms\/[^/]+\/groups\/?$/, { status: 200, body: "[]" }),
    "forbidden",
  ),
  fault(
    "an empty list of roles with 200",
    at(/realms\/[^/]+\/roles\/?$/, { status: 200, body: "[]" }),
    "forbidden",
  ),
  fault(
    "an empty list of clients with 200",
    at(/realms\/[^/]+\/clients\/?$/, { status: 200, body: "[]" }),
    "forbidden",
  ),
  fault(
    "the first page of users again and again",
    at(
      users,
      items((list) => {
        firstPage = firstPage.length > 0 ? firstPage : list;
        return firstPage;
      }),
    ),
    "conflict",
  ),
  fault(
    "pages that shrink while paging",
    at(
      users,
      items((list) => list.slice(1)),
      later,
    ),
    "conflict",
  ),
  fault(
    "a last page that is short",
    at(
      users,
      items((list) => list.slice(0, -1)),
      ({ query }) => query.get("first") === "200",
    ),
    "malformed",
  ),
  fault(
    "fewer groups than counted",
    at(
      /realms\/[^/]+\/groups\/?$/,
      items((list) => list.slice(1)),
    ),
    "conflict",
  ),
  fault("silence", at(members, "silence"), "unavailable"),
];

const byId = /(users|groups|roles-by-id)\/[^/]+$/;
const lie = (name: string, rule: Rule) => ({ name, open: realm.open(rule) });
const emptied = (path: RegExp, body: string) => at(path, { status: 200, body });

const lies = [
  lie("every id is answered 404", at(byId, notFound)),
  lie("every id is answered 404 by something before Keycloak", at(byId, status(404))),
  lie("everything but lists is answered 404", at(/(groups|role-mappings|\/[0-9a-f-]{36})$/, notFound)),
  lie("the realm is answered 404", at(/\/admin\//, notFound)),
  lie("an empty list of anybody's groups with 200", emptied(/users\/[^/]+\/groups$/, "[]")),
  lie("no roles of anybody with 200", emptied(/role-mappings$/, "{}")),
];

describe.skipIf(missing)("on a real Keycloak", () => {
  let known = "";
  beforeAll(async () => {
    // In a nested group, in a team, with a realm role and a client role.
    const { admin, name } = realm.ready().realm;
    await record(admin, name);
    const [person] = await admin.users.find({ username: "person00075", exact: true });
    known = person?.id ?? "";
  });
  connectorContract("keycloak", {
    open: realm.open(),
    knownId: () => known,
    unknownId: "00000000-0000-4000-8000-000000000000",
    blind: realm.open(undefined, "blind"),
    faults,
    lies,
    change: Effect.promise(() => realm.ready().realm.admin.users.update({ id: known }, { enabled: true })),
  });
});
