/**
 * What writing new people costs through the connector and what the same requests cost a bare client: elapsed time and
 * CPU of both in turns, in one process, on one Keycloak. Each person is created and joins one group.
 * `TEST_KEYCLOAK_URL=… node bench/keycloak-push.ts [people] [concurrency]`; administrator in `TEST_KEYCLOAK_ADMIN`,
 * by default admin:admin.
 */
import KeycloakAdminClient from "@keycloak/keycloak-admin-client";
import { Effect } from "effect";
import { connectors } from "../connectors/index.ts";

const url = process.env["TEST_KEYCLOAK_URL"] ?? "http://127.0.0.1:8080";
const [username = "admin", password = "admin"] = (process.env["TEST_KEYCLOAK_ADMIN"] ?? "admin:admin").split(
  ":",
);
const people = Number(process.argv[2] ?? 1000);
const concurrency = Number(process.argv[3] ?? 4);
const rounds = 5;
const secret = "only-for-the-benchmark";
const realm = `bench-${crypto.randomUUID().slice(0, 8)}`;

const admin = new KeycloakAdminClient({ baseUrl: url, realmName: "master" });
const signIn = () => admin.auth({ grantType: "password", clientId: "admin-cli", username, password });

const makeRealm = async (): Promise<string> => {
  const client = { clientId: "writer", secret, publicClient: false, serviceAccountsEnabled: true };
  const account = {
    username: "service-account-writer",
    enabled: true,
    serviceAccountClientId: "writer",
    clientRoles: { "realm-management": ["view-users", "view-realm", "view-clients", "manage-users"] },
  };
  await admin.realms.create({
    realm,
    enabled: true,
    groups: [{ name: "everybody" }],
    clients: [client],
    users: [account],
  });
  const [group] = await admin.groups.find({ realm });
  return group?.id ?? "";
};

/** So many at a time, the next as soon as one is done. */
const each = async <A>(items: ReadonlyArray<A>, work: (item: A) => Promise<unknown>) => {
  const left = [...items];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
};

let made = 0;
const names = (count: number) =>
  Array.from({ length: count }, () => {
    made += 1;
    return `person${String(made).padStart(6, "0")}`;
  });

const ours = (group: string) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const [keycloak] = connectors;
        const { target } = yield* keycloak?.open({
          ...{ baseUrl: url, realm, clientId: "writer", clientSecret: secret, concurrency },
        }) ?? Effect.die("no connector");
        if (target === undefined) return yield* Effect.die("no target");
        const one = Effect.fnUntraced(function* (userName: string) {
          const email = `${userName}@acme.test`;
          const person = { userName, givenName: "First", familyName: "Last", email, active: true };
          const { id: user } = yield* target.apply({ _tag: "Create", person });
          yield* target.apply({ _tag: "Join", user, group: { id: group, kind: "group" } });
        });
        yield* Effect.forEach(names(people / rounds), one, { concurrency, discard: true });
      }),
    ),
  );

const token = async () => {
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "writer",
    client_secret: secret,
  });
  const answer = await fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, {
    method: "POST",
    body,
  });
  return ((await answer.json()) as { access_token: string }).access_token;
};

/** `look`: also asks, as the connector does, what they were in before. Without it nobody knows what changed. */
const bare = async (group: string, look: boolean) => {
  const headers = { authorization: `Bearer ${await token()}`, "content-type": "application/json" };
  const call = async (method: string, address: string, body?: unknown) => {
    const answer = await fetch(address, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    await answer.text();
    if (!answer.ok) throw new Error(`${method} ${answer.status}`);
    return answer;
  };
  await each(names(people / rounds), async (name) => {
    const made = await call("POST", `${url}/admin/realms/${realm}/users`, {
      ...{ username: name, firstName: "First", lastName: "Last", email: `${name}@acme.test` },
      ...{ enabled: true, emailVerified: false },
    });
    const user = `${url}/admin/realms/${realm}/users/${made.headers.get("location")?.split("/").pop()}`;
    if (look) await call("GET", `${user}/groups?first=0&max=1020`);
    await call("PUT", `${user}/groups/${group}`, {});
  });
};

const measured = async (work: () => Promise<unknown>) => {
  const cpu = process.cpuUsage();
  const before = performance.now();
  await work();
  const took = performance.now() - before;
  const { user, system } = process.cpuUsage(cpu);
  return { took, cpu: (user + system) / 1000 };
};

const ways = [
  ["ours", ours],
  ["bare", (group: string) => bare(group, true)],
  ["withoutLooking", (group: string) => bare(group, false)],
] as const;

await signIn();
const group = await makeRealm();
const sums = new Map(ways.map(([name]) => [name, { took: 0, cpu: 0 }]));
for (let round = -1; round < rounds; round++) {
  // In turns which comes first: a realm of more people is slower.
  const order = round % 2 === 0 ? ways : ways.toReversed();
  for (const [name, work] of order) {
    const { took, cpu } = await measured(() => work(group));
    const sum = sums.get(name);
    if (sum === undefined || round < 0) continue;
    sum.took += took;
    sum.cpu += cpu;
  }
}
const of = (name: (typeof ways)[number][0]) => sums.get(name) ?? { took: 0, cpu: 0 };
const [a, b, c] = [of("ours"), of("bare"), of("withoutLooking")];
console.log({
  people,
  concurrency,
  peoplePerSecond: (people / (a.took / 1000)).toFixed(1),
  oursMillis: Math.round(a.took),
  bareMillis: Math.round(b.took),
  ratio: (a.took / b.took).toFixed(2),
  ratioWithoutLooking: (a.took / c.took).toFixed(2),
  cpuMillisPerPerson: (a.cpu / people).toFixed(2),
  bareCpuMillisPerPerson: (b.cpu / people).toFixed(2),
});
await signIn();
await admin.realms.del({ realm });
