/**
 * The floor: a bare `node:http` server with `pg` and named statements that does what every tenant-scoped operation
 * must do at least: token query, BEGIN, set the role and the tenant, one statement, COMMIT. It checks nothing else.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env["DATABASE_URL"], max: 10 });
const organization = process.env["ORGANIZATION"] ?? "";

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
};

const statements = {
  read: "select resource from directory_user where organization_id = $1 and id = $2",
  lookup: "select resource from directory_user where organization_id = $1 and user_name_key = $2",
  create: `insert into directory_user (organization_id, id, connection_id, user_name_key, active, resource, cause_event_id)
    select $1, gen_random_uuid(), id, $2, true, $3, gen_random_uuid() from connection where organization_id = $1`,
  active: "update directory_user set active = $3::boolean where organization_id = $1 and id = $2",
  page: "select resource from directory_user where organization_id = $1 order by id limit 100 offset $2",
  member: `insert into membership (organization_id, group_id, user_id, cause_event_id)
    values ($1, $2, $3, gen_random_uuid()) on conflict do nothing`,
};

const isStatement = (name: string): name is keyof typeof statements => Object.hasOwn(statements, name);

const work = async (name: keyof typeof statements, values: ReadonlyArray<string>, token: string) => {
  const client = await pool.connect();
  try {
    const hash = createHash("sha256").update(token).digest("base64");
    await client.query({
      name: "token",
      text: "select id from reference_token where hash = $1",
      values: [hash],
    });
    await client.query("begin");
    await client.query({
      name: "tenant",
      text: "select set_config('role', 'rolebridge_app', true), set_config('rolebridge.organization', $1, true)",
      values: [organization],
    });
    const { rows } = await client.query({ name, text: statements[name], values: [organization, ...values] });
    await client.query("commit");
    return rows;
  } finally {
    client.release();
  }
};

const server = createServer(async (request, response) => {
  const [, name = "", ...values] = (request.url ?? "").split("/").map(decodeURIComponent);
  const body = request.method === "POST" ? await bodyOf(request) : "";
  if (!isStatement(name)) {
    response.writeHead(404).end();
    return;
  }
  const extra = name === "create" ? [JSON.stringify(JSON.parse(body))] : [];
  const rows = await work(name, [...values, ...extra], request.headers.authorization ?? "");
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(rows));
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address !== null ? address.port : 0);
});
