import { Unavailable } from "../../domain/index.ts";

interface DriverError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly table?: unknown;
  readonly cause?: unknown;
}

const asDriverError = (error: unknown): DriverError =>
  typeof error === "object" && error !== null ? (error as DriverError) : {};

/** The SQLSTATE (or Node error code), also when MikroORM has wrapped the driver's error. */
export const sqlState = (error: unknown): string => {
  const { code, cause } = asDriverError(error);
  if (typeof code === "string") return code;
  return cause === undefined ? "" : sqlState(cause);
};

/** The unique constraint that an insert or update ran into, if that is what happened. */
export const violatedConstraint = (error: unknown): string | undefined => {
  if (sqlState(error) !== "23505") return undefined;
  const { constraint, cause } = asDriverError(error);
  return typeof constraint === "string" ? constraint : violatedConstraint(cause);
};

/** Two transactions got into each other's way; the same transaction tried again will succeed. */
const contention = new Set(["40001", "40P01", "55P03"]);

/** PostgreSQL classes 08 and 57P, 53300 and what the socket says: the database is away or full. */
const awayCode = /^(08...|57P0.|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
const awayMessage =
  /timeout exceeded when trying to connect|Connection terminated|PGlite is clos|not queryable/i;

export const isContention = (error: unknown): boolean => contention.has(sqlState(error));

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const reported = (error: unknown): { readonly table?: string; readonly constraint?: string } => {
  const { table, constraint, cause } = asDriverError(error);
  if (text(table) === undefined && text(constraint) === undefined && cause !== undefined)
    return reported(cause);
  return {
    ...(text(table) === undefined ? {} : { table: String(table) }),
    ...(text(constraint) === undefined ? {} : { constraint: String(constraint) }),
  };
};

/** What the log may have of a driver's error: its messages and parameters hold the values of the statement. */
export class DatabaseFailure extends Error {
  readonly code: string;
  constructor(error: unknown) {
    const { table, constraint } = reported(error);
    const where = [table && `table ${table}`, constraint && `constraint ${constraint}`].filter(Boolean);
    super(["The database refused a statement", `SQLSTATE ${sqlState(error)}`, ...where].join(", "));
    this.name = "DatabaseFailure";
    this.code = sqlState(error);
  }
}

const sqlStateForm = /^[0-9A-Z]{5}$/;

/** The same error without values, where it came from the database; any other one as it is. */
export const withoutValues = (error: unknown): unknown =>
  sqlStateForm.test(sqlState(error)) ? new DatabaseFailure(error) : error;

/** The passing trouble that a driver error stands for, or undefined when it is a defect of ours. */
export const toUnavailable = (error: unknown): Unavailable | undefined => {
  const away = awayCode.test(sqlState(error)) || (error instanceof Error && awayMessage.test(error.message));
  if (!away && !isContention(error)) return undefined;
  return new Unavailable({ retryAfter: away ? 10 : 1, cause: withoutValues(error) });
};
