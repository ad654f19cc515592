/** One GraphQL request, already authenticated and of a bounded size, to its answer. */
import { Effect } from "effect";
import { type GraphQLError, parse } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import type { RequestContext } from "./context.ts";
import { brokenBy, maskedError, withRequestId } from "./error.ts";
import { maxTokens, refusal } from "./limits.ts";
import { schema } from "./schema.ts";

/** Refuses, before it is validated, what would cost too much. */
const limits: Plugin = {
  onParse: ({ setParseFn }) => {
    setParseFn((source, options) => parse(source, { ...options, maxTokens }));
    return ({ result, replaceParseResult }) => {
      const refused = result === null || result instanceof Error ? undefined : refusal(result);
      if (refused !== undefined) replaceParseResult(refused);
    };
  },
};

const settled = (error: GraphQLError, { caller, report }: RequestContext): GraphQLError => {
  const broken = brokenBy(error);
  if (broken === undefined) return error;
  report(broken);
  return withRequestId(error, caller.request);
};

/** Logs what broke, and tells the client under which request id. */
const reporting: Plugin<object, RequestContext> = {
  onExecutionResult: ({ result, setResult, context }) => {
    if (result === undefined || !("errors" in result) || result.errors === undefined) return;
    const errors = result.errors.map((error) => settled(maskedError(error), context));
    setResult({ ...result, errors });
  },
};

const yoga = createYoga<RequestContext>({
  schema,
  plugins: [limits, reporting],
  maskedErrors: { maskError: maskedError },
  graphiql: false,
  landingPage: false,
  cors: false,
  logging: false,
  multipart: false,
  // A document may be a megabyte: a cache of them would be anybody's way to fill the memory.
  parserAndValidationCache: false,
});

/** What clients send, and nothing else of it. */
export interface GraphQLRequest {
  readonly query: string;
  readonly variables?: object | null;
  readonly operationName?: string | null;
}

/** The answer's JSON text. */
export const execute = (request: GraphQLRequest, context: RequestContext): Effect.Effect<string> =>
  Effect.promise(async () => {
    const response = await yoga.fetch(
      "http://server/graphql",
      {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(request),
      },
      // yoga writes into the context it gets.
      { ...context },
    );
    return await response.text();
  });
