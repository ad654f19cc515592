/** Which server is asked, as whom, about which organization; and where each of these was found. */
import { Effect, Option, Redacted } from "effect";
import { NotGiven } from "../failure.ts";
import { environment, OrganizationFlag, ServerUrl, Token } from "../flags.ts";
import { quickStartPath, readQuickStart } from "./quick-start.ts";

/** A value and where it was found. */
interface Found<A> {
  readonly value: A;
  readonly from: string;
}

const found = <A>(value: A | undefined, from: string): Found<A> | undefined =>
  value === undefined || value === "" ? undefined : { value, from };

const noServer = Effect.fnUntraced(function* () {
  const file = yield* quickStartPath();
  return yield* new NotGiven({
    message: `Which server? There is no ${file}. Start one here with "npm start", name its data folder with --data, or set ROLEBRIDGE_URL and ROLEBRIDGE_TOKEN.`,
  });
});

/** Base address without a slash at its end. */
const checked = ({ value, from }: Found<string>) => {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol)
    ? Effect.succeed({ value: value.replace(/\/+$/, ""), from })
    : Effect.fail(
        new NotGiven({ message: `The server's address from ${from} is no http(s) address: ${value}` }),
      );
};

/** The server's address: flag, environment, `quickstart.json`. */
export const findServer = Effect.fn("findServer")(function* () {
  const given =
    found(Option.getOrUndefined(yield* ServerUrl), "--url") ??
    found((yield* environment)["ROLEBRIDGE_URL"], "ROLEBRIDGE_URL");
  if (given !== undefined) return yield* checked(given);
  const quickStart = yield* readQuickStart();
  if (quickStart === undefined) return yield* noServer();
  return yield* checked({ value: quickStart.url, from: quickStart.file });
});

/** `quickstart.json`, where it is the one of this server: its token is sent to nobody else. */
const quickStartOf = Effect.fnUntraced(function* (url: string) {
  const quickStart = yield* readQuickStart();
  return quickStart !== undefined && quickStart.url.replace(/\/+$/, "") === url ? quickStart : undefined;
});

const givenToken = Effect.fnUntraced(function* () {
  const flag = Option.getOrUndefined(yield* Token);
  const text = (yield* environment)["ROLEBRIDGE_TOKEN"] ?? "";
  return found(flag, "--token") ?? found(text === "" ? undefined : Redacted.make(text), "ROLEBRIDGE_TOKEN");
});

const findToken = Effect.fnUntraced(function* (url: string) {
  const given = yield* givenToken();
  if (given !== undefined) return given;
  const quickStart = yield* quickStartOf(url);
  if (quickStart !== undefined) {
    return { value: Redacted.make(quickStart.operatorToken), from: quickStart.file };
  }
  return yield* new NotGiven({
    message: `Which operator token? Set ROLEBRIDGE_TOKEN to one of the server at ${url}. The token in quickstart.json is only sent to the server that wrote it.`,
  });
});

/** Server and token. */
export const findTarget = Effect.fn("findTarget")(function* () {
  const server = yield* findServer();
  return { server, token: yield* findToken(server.value) };
});

/** The slug of the organization to work in: flag, environment, `quickstart.json` of the server asked. */
export const findOrganization = Effect.fn("findOrganization")(function* () {
  const given =
    found(Option.getOrUndefined(yield* OrganizationFlag), "--organization") ??
    found((yield* environment)["ROLEBRIDGE_ORGANIZATION"], "ROLEBRIDGE_ORGANIZATION");
  if (given !== undefined) return given.value;
  const quickStart = yield* quickStartOf((yield* findServer()).value);
  if (quickStart !== undefined) return quickStart.organization;
  return yield* new NotGiven({
    message: `Which organization? Name it with --organization or ROLEBRIDGE_ORGANIZATION. "rolebridge organization list" shows them.`,
  });
});
