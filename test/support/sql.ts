/** Watches the statements that reach the embedded database, and makes some of them fail. */
import { PGlite } from "@electric-sql/pglite";
import { vi } from "vitest";

const parseMessage = "P".charCodeAt(0);

/**
 * The statement in a protocol message that prepares one. The queue's own do not count, it polls all the time; nor
 * does the note of a token's last use, made once a minute.
 */
const statementIn = (message: Uint8Array): string | undefined => {
  const text = message[0] === parseMessage ? Buffer.from(message).toString("utf8") : "pgboss";
  return /pgboss|update "scim_token"/.test(text) ? undefined : text;
};

export const watchSql = () => {
  const seen: Array<string> = [];
  let refused: { readonly part: string; readonly error: object } | undefined;
  const real = PGlite.prototype.execProtocolRaw;
  const spy = vi.spyOn(PGlite.prototype, "execProtocolRaw");
  spy.mockImplementation(function (this: PGlite, message, options) {
    const statement = statementIn(message);
    if (statement !== undefined) seen.push(statement);
    if (refused !== undefined && statement?.includes(refused.part) === true) {
      return Promise.reject(Object.assign(new Error(`secret: ${statement}`), refused.error));
    }
    return real.call(this, message, options);
  });
  return {
    /** How many statements `work` sends. */
    count: async (work: () => Promise<unknown>): Promise<number> => {
      const before = seen.length;
      await work();
      return seen.length - before;
    },
    /** From now on statements with `part` in them fail like this. */
    breakWhere: (part: string, error: object) => {
      refused = { part, error };
    },
    mend: () => {
      refused = undefined;
    },
  };
};
