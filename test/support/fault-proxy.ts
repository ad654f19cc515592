/** A proxy in front of an upstream that counts what passes and, where a rule says so, answers wrongly instead. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** How many requests for this path came before. */
  readonly before: number;
}

export type Answer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Changes what the upstream answered. */
  | { readonly rewrite: (body: string) => string }
  /** The upstream is never asked, and the connection ends. */
  | "reset"
  /** All as usual, after so many milliseconds. */
  | { readonly slow: number }
  /** Asks the upstream and keeps its answer: the connection ends, or nothing more comes. */
  | "lost"
  | "lost in silence"
  | "silence";

export type Rule = (asked: Asked) => Answer | undefined;

export interface FaultProxy {
  readonly url: string;
  /** Paths asked for since the last `set`. */
  readonly asked: ReadonlyArray<string>;
  readonly set: (rule?: Rule) => void;
  readonly close: () => void;
}

const forward = async (upstream: string, request: IncomingMessage): Promise<Response> => {
  const chunks: Array<Buffer> = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const { connection: _1, host: _2, "content-length": _3, ...headers } = request.headers;
  const method = request.method ?? "GET";
  return fetch(`${upstream}${request.url}`, {
    method,
    redirect: "manual",
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
    ...(method === "GET" ? {} : { body: Buffer.concat(chunks) }),
  });
};

const reply = async (
  upstream: string,
  answer: Answer | undefined,
  request: IncomingMessage,
  response: ServerResponse,
) => {
  if (answer === "silence") return;
  if (answer === "reset") return void request.socket.resetAndDestroy();
  if (typeof answer === "object" && "status" in answer) {
    response
      .writeHead(answer.status, { "content-type": "application/json", ...answer.headers })
      .end(answer.body ?? "{}");
    return;
  }
  if (typeof answer === "object" && "slow" in answer) await pause(answer.slow);
  const real = await forward(upstream, request);
  const body = await real.text();
  if (answer === "lost") response.destroy();
  if (typeof answer === "string") return;
  const location = real.headers.get("location");
  response.writeHead(real.status, {
    "content-type": real.headers.get("content-type") ?? "text/plain",
    ...(location === null ? {} : { location }),
    "set-cookie": real.headers.getSetCookie(),
  });
  const isChanged = answer !== undefined && "rewrite" in answer && real.ok;
  response.end(isChanged ? answer.rewrite(body) : body);
};

export const startFaultProxy = async (upstream: string): Promise<FaultProxy> => {
  let rule: Rule | undefined;
  const asked: Array<string> = [];
  const server = createServer((request, response) => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? "/", upstream);
    const before = asked.filter((each) => each === path).length;
    asked.push(path);
    const answer = rule?.({ method: request.method ?? "GET", path, query, before });
    reply(upstream, answer, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    set: (next) => {
      rule = next;
      asked.length = 0;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
