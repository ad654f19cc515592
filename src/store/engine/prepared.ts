import { createHash } from "node:crypto";
import pg from "pg";

const limit = 500;
const timestamptz = 1184;
const names = new Map<string, string>();

/** A short stable name per statement text, for at most `limit` texts, so that nobody can fill the server. */
const nameOf = (text: string): string | undefined => {
  const known = names.get(text);
  if (known !== undefined || names.size >= limit) return known;
  const name = `rb_${createHash("sha256").update(text).digest("base64url").slice(0, 24)}`;
  names.set(text, name);
  return name;
};

const named = (config: unknown, values: unknown): unknown => {
  if (typeof config !== "string" || !Array.isArray(values) || values.length === 0) return config;
  const name = nameOf(config);
  return name === undefined ? config : { name, text: config, values };
};

type Query = (...args: ReadonlyArray<unknown>) => unknown;

/**
 * A `pg` client that prepares each parametrized statement once per connection. Kysely sends statements
 * unnamed, so that PostgreSQL parses and plans every one of them again: half of its CPU on our hot paths. Timestamps are `Date`s, as on the embedded engine.
 */
export class PreparedClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // MikroORM asks for timestamps as text; Kysely's rows then would not be what their types say.
    this.setTypeParser(timestamptz, pg.types.getTypeParser(timestamptz));
  }

  // The overloads of pg's `query` cannot be spelled in one signature; arguments pass through unchanged.
  override query = ((...args: ReadonlyArray<unknown>) => {
    const [config, values, ...rest] = args;
    const prepared = named(config, values);
    const send = super.query as Query;
    return prepared === config
      ? send.apply(this, args as never)
      : send.apply(this, [prepared, ...rest] as never);
  }) as never;
}
