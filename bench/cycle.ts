/** An initial cycle as Entra makes it: for each person a look-up that finds nobody, then the creation; then groups. */
import { cpuOf, cpuOfTree } from "./cpu.ts";
import { type Call, sendAll, sendWell } from "./load.ts";
import { patch, user } from "./operations.ts";
import { type Product, startEmbedded, startPostgres, startProduct } from "./targets.ts";

const people = 1_000;
const groups = 20;
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** What Entra's default attribute mapping sends. */
const person = (at: number) => ({
  ...user(`person-${at}@acme.test`),
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User", enterprise],
  externalId: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`,
  displayName: `Person ${at}`,
  [enterprise]: { department: "Research", employeeNumber: String(at) },
  meta: { resourceType: "User" },
});

const get = ({ url, token }: Product, filter: string): Call => ({
  method: "GET",
  url: `${url}/Users?filter=${encodeURIComponent(filter)}`,
  token,
});

const post = ({ url, token }: Product, type: string, body: unknown): Call => ({
  method: "POST",
  url: `${url}/${type}`,
  token,
  body,
});

const each = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));

const cycle = async (product: Product) => {
  const { url, token } = product;
  await sendAll(each(people, (at) => get(product, `userName eq "person-${at}@acme.test"`)));
  await sendAll(each(people, (at) => post(product, "Users", person(at))));
  const list = await sendWell({ method: "GET", url: `${url}/Users?count=200`, token });
  const ids: ReadonlyArray<string> = JSON.parse(list.text).Resources.map(({ id }: { id: string }) => id);
  for (let at = 0; at < groups; at += 1) {
    const body = { schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"], displayName: `Group ${at}` };
    const { id } = JSON.parse((await sendWell(post(product, "Groups", body))).text);
    const add = (member: string) => patch({ op: "Add", path: "members", value: [{ value: member }] });
    const members = ids.slice(at * 10, at * 10 + 10);
    await sendAll(
      members.map((one) => ({ method: "PATCH", url: `${url}/Groups/${id}`, token, body: add(one) })),
    );
  }
};

const timed = async (name: string, product: Product, database?: number) => {
  const cpu = () => cpuOf(product.pid) + (database === undefined ? 0 : cpuOfTree(database));
  const before = { cpu: cpu(), at: performance.now() };
  await cycle(product);
  const seconds = (performance.now() - before.at) / 1000;
  const milliseconds = (cpu() - before.cpu) / people;
  console.log(`${name.padEnd(12)} ${seconds.toFixed(1)} s, ${milliseconds.toFixed(2)} ms of CPU per person`);
};

export const measureCycle = async () => {
  console.log(
    `${people} people looked up and created, ${groups} groups of 10 filled one by one; eight at a time.\n`,
  );
  const postgres = await startPostgres();
  const product = await startProduct(postgres.env);
  await timed("PostgreSQL", product, postgres.pid);
  const { product: embedded } = await startEmbedded(async () => undefined);
  await timed("embedded", embedded);
  await Promise.all([product.stop(), embedded.stop()]);
  await postgres.stop();
};
