/** The parameters of a token request: a form in the body, nowhere else (RFC 6749 §4.4.2). */
import { Effect } from "effect";
import type { HttpServerRequest } from "effect/http";
import { readBody } from "../http/index.ts";
import { Refused } from "./error.ts";

/** An assertion may be 16 KB; more than this is no token request. */
const bodyLimit = 32 * 1024;

/** What we read. Others are ignored (RFC 6749 §3.2). */
const names = [
  "grant_type",
  "scope",
  "client_id",
  "client_secret",
  "client_assertion_type",
  "client_assertion",
];
type Name =
  | "grant_type"
  | "scope"
  | "client_id"
  | "client_secret"
  | "client_assertion_type"
  | "client_assertion";

/** Parameters by name. One without a value was not sent (RFC 6749 §3.2). */
export type Form = Readonly<Partial<Record<Name, string>>>;

export const refuse = (detail: string) => new Refused({ error: "invalid_request", detail });

export const readForm = Effect.fn("readForm")(function* (request: HttpServerRequest.HttpServerRequest) {
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers["content-type"] ?? "")) {
    return yield* refuse("Send the parameters as application/x-www-form-urlencoded, in the body.");
  }
  const given = new URLSearchParams(new TextDecoder().decode(yield* readBody(request, bodyLimit)));
  const twice = names.find((name) => given.getAll(name).length > 1);
  if (twice !== undefined) return yield* refuse(`Send ${twice} once.`);
  const form: Form = Object.fromEntries(
    names.flatMap((name) => {
      const value = given.get(name) ?? "";
      return value === "" ? [] : [[name, value]];
    }),
  );
  return form;
});
