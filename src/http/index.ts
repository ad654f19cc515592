/**
 * Owns what every HTTP endpoint shares: request ids, bodies with a limit, the count of bad credentials, whose turn it
 * is, the log line.
 * Knows no protocol.
 */

export { ServerAddress } from "./address.ts";
export { announcedSize, readBody } from "./body.ts";
export { BadCredentials, countingFailures, FailureLimit, noteFailure, stopFlood } from "./failures.ts";
export { fallback } from "./fallback.ts";
export { hasBadText, parseJson } from "./json.ts";
export { type Problem, type ProblemFailure, problem, problemOf } from "./problem.ts";
export { type Claim, inTurn, Proven, strangers } from "./proven.ts";
export { handling, RequestId, segmentsOf, urlOf } from "./request.ts";
export { Overloaded, type TurnLimits, Turns } from "./turns.ts";
