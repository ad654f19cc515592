import { createHash } from "node:crypto";
import pg from "pg";

const limit = 500;
const timestamptz = 1184;
const names = new Map<string, string>();

/**
 * A statement with this in it has the shape that a client gave it. It gets no name: a few hundred shapes of filters
 * would else take those of the hot statements.
 */
export const once = "/* once */";

/** A short stable name per statement text, for at most `limit` texts, so that nobody can fill the server. */
const nameOf = (text: string): string | undefined => {
  const known = names.get(text);
  if (known !== undefined || names.size >= limit || text.includes(once)) return known;
  const name = `rb_${createHash("sha256").update(text).digest("base64url").slice(0, 24)}`;
  names.set(text, name);
  return name;
};

const named = (config: unknown, values: unknown): unknown => {
  if (typeof config !== "string" || !Array.isArray(values) || values.length === 0) return config;
  const name = nameOf(config);
  return name === undefined ? config : { name, text: config, values };
};

/**
 * A statement that begins so gives nothing back: it is sent with the one after it, in one packet, and fails that one
 * when it fails. Each packet to the server costs more than most statements do.
 */
export const ahead = "/* ahead */ ";

const goesAhead = (config: unknown): boolean =>
  typeof config === "string" && (config === "begin" || config.startsWith(ahead));

const nothing = { command: "", rowCount: null, rows: [], fields: [] };

type Arguments = ReadonlyArray<unknown>;
type Query = (...args: Arguments) => unknown;

/** The last answer, or the first failure: after one, PostgreSQL only says that the transaction is aborted. */
const lastOf = (answers: ReadonlyArray<unknown>): Promise<unknown> =>
  Promise.all(answers).then((all) => all.at(-1));

/**
 * A `pg` client that prepares each parametrized statement once per connection, and holds back what nobody waits for.
 * Kysely sends statements unnamed, so that PostgreSQL parses and plans every one of them again: half of its CPU on
 * our hot paths. Timestamps are `Date`s, as on the embedded engine.
 */
export class PreparedClient extends pg.Client {
  #held: ReadonlyArray<Arguments> = [];

  constructor(config?: pg.ClientConfig) {
    super({ ...config, pipeline: true });
    // MikroORM asks for timestamps as text; Kysely's rows then would not be what their types say.
    this.setTypeParser(timestamptz, pg.types.getTypeParser(timestamptz));
  }

  #send = (args: Arguments): unknown => {
    const [config, values, ...rest] = args;
    const prepared = named(config, values);
    const send = super.query as Query;
    return prepared === config ? send.apply(this, [...args]) : send.apply(this, [prepared, ...rest]);
  };

  #sendTogether = (all: ReadonlyArray<Arguments>): Promise<unknown> => {
    const { stream } = this.connection;
    stream.cork();
    const answers = all.map(this.#send);
    stream.uncork();
    return lastOf(answers);
  };

  // The overloads of pg's `query` cannot be spelled in one signature; arguments pass through unchanged.
  override query: pg.Client["query"] = ((...args: Arguments) => {
    if (goesAhead(args[0])) {
      this.#held = [...this.#held, args];
      return Promise.resolve(nothing);
    }
    const held = this.#held;
    this.#held = [];
    const answer = held.length === 0 ? this.#send(args) : this.#sendTogether([...held, args]);
    return args[0] === "rollback" ? this.#orEnded(answer) : answer;
  }) as never;

  /**
   * A rollback that fails is one that the server made when the session broke. Kysely gives a connection back to the
   * pool only after a rollback that succeeded: one lost in the middle of a transaction would be missing for ever.
   */
  #orEnded = (answer: unknown): Promise<unknown> =>
    Promise.resolve(answer).catch(() => {
      this.end().catch(() => {});
      return nothing;
    });
}
