/** Groups at size: what a request takes, and how long everybody else waits for the event loop meanwhile. */
import { setTimeout as pause } from "node:timers/promises";
import { cpuOf, cpuOfTree } from "./cpu.ts";
import { type Call, send, sendWell } from "./load.ts";
import { patch } from "./operations.ts";
import { seedPeople } from "./seed.ts";
import { startPostgres, startProduct } from "./targets.ts";

const size = 100_000;
const group = "urn:ietf:params:scim:schemas:core:2.0:Group";

const members = (ids: ReadonlyArray<string>) => ids.map((value) => ({ value }));
const whole = (ids: ReadonlyArray<string>) => ({
  schemas: [group],
  displayName: "Everyone",
  members: members(ids),
});

/** Asks for the health page over and over; the longest wait is the longest that the event loop stood still. */
const watch = (root: string) => {
  let longest = 0;
  let going = true;
  const done = (async () => {
    while (going) {
      const { milliseconds } = await send({ method: "GET", url: `${root}/healthz`, token: "" });
      longest = Math.max(longest, milliseconds);
      await pause(2);
    }
  })();
  return async () => {
    going = false;
    await done;
    return longest;
  };
};

export const measureGroups = async () => {
  const postgres = await startPostgres();
  const product = await startProduct(postgres.env);
  const { people } = await seedPeople(postgres.rows, size + 1_000);
  await postgres.rows("vacuum analyze");
  const { url, token, root } = product;
  const step = async (name: string, call: Omit<Call, "token">) => {
    const before = { node: cpuOf(product.pid), database: cpuOfTree(postgres.pid) };
    const stop = watch(root);
    const { milliseconds, text } = await sendWell({ ...call, token });
    const stall = await stop();
    const [node, database] = [cpuOf(product.pid) - before.node, cpuOfTree(postgres.pid) - before.database];
    const figures = [milliseconds, node, database, stall].map((each) => each.toFixed(0).padStart(9));
    console.log(name.padEnd(42) + figures.join(""));
    return text;
  };
  console.log(
    `A group of ${size.toLocaleString("en")}, on PostgreSQL; in ms. “Stall” is the longest wait of a request beside it.\n`,
  );
  console.log(`${"".padEnd(42)}  elapsed     Node       PG    stall`);
  const made = await sendWell({ method: "POST", url: `${url}/Groups`, token, body: whole([]) });
  const at = `${url}/Groups/${JSON.parse(made.text).id}`;
  const all = people.slice(0, size);
  await step("warm up", { method: "PUT", url: at, body: whole(people.slice(0, 1_000)) });
  await step("PUT of all", { method: "PUT", url: `${at}?excludedAttributes=members`, body: whole(all) });
  await postgres.rows("vacuum analyze");
  await step("the same PUT again", {
    method: "PUT",
    url: `${at}?excludedAttributes=members`,
    body: whole(all),
  });
  await step("read without members", { method: "GET", url: `${at}?excludedAttributes=members` });
  await step("read whole", { method: "GET", url: at });
  const more = people.slice(size);
  const add = patch({ op: "add", path: "members", value: members(more) });
  await step("PATCH that adds 1,000", { method: "PATCH", url: at, body: add });
  const remove = patch(...more.map((id) => ({ op: "remove", path: `members[value eq "${id}"]` })));
  await step("PATCH of 1,000 operations, one removal each", { method: "PATCH", url: at, body: remove });
  await step("DELETE", { method: "DELETE", url: at });
  await product.stop();
  await postgres.stop();
};
