import { Unavailable } from "../../domain/index.ts";

interface DriverError {
  readonly code?: unknown;
  readonly constraint?: unknown;
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

/** The passing trouble that a driver error stands for, or undefined when it is a defect of ours. */
export const toUnavailable = (error: unknown): Unavailable | undefined => {
  const away = awayCode.test(sqlState(error)) || (error instanceof Error && awayMessage.test(error.message));
  if (!away && !isContention(error)) return undefined;
  return new Unavailable({ retryAfter: away ? 10 : 1, cause: error });
};
