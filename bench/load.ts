/** Requests over keep-alive connections: a fixed number at a time, or at a fixed rate. */
import { Agent, request } from "node:http";

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly token: string;
  readonly body?: unknown;
  /** By default SCIM's. */
  readonly type?: string;
}

export interface Answer {
  readonly status: number;
  /** Of both bodies. */
  readonly bytes: number;
  readonly milliseconds: number;
  readonly text: string;
}

/**
 * Node's agent heeds the server's `Keep-Alive: timeout` only below a time-out of its own. Without one, a socket that
 * was idle while another target had its turn can be closed by the server in the moment it is used again.
 */
const idle = { keepAlive: true, timeout: 60_000 };
const eight = new Agent({ ...idle, maxSockets: 8 });
const unbounded = new Agent(idle);

export const send = (call: Call, agent = unbounded): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const started = performance.now();
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const sent = body === undefined ? 0 : Buffer.byteLength(body);
    const headers = {
      authorization: `Bearer ${call.token}`,
      ...(body === undefined
        ? {}
        : { "content-type": call.type ?? "application/scim+json", "content-length": sent }),
    };
    const outgoing = request(call.url, { method: call.method, agent, headers }, (incoming) => {
      const chunks: Array<Buffer> = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const answer = Buffer.concat(chunks);
        resolve({
          status: incoming.statusCode ?? 0,
          bytes: sent + answer.length,
          milliseconds: performance.now() - started,
          text: answer.toString("utf8"),
        });
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

/** The same; anything but 2xx is an error. */
export const sendWell = async (call: Call, agent = unbounded): Promise<Answer> => {
  const answer = await send(call, agent);
  if (answer.status >= 200 && answer.status <= 299) return answer;
  throw new Error(`${call.method} ${call.url} answered ${answer.status}: ${answer.text.slice(0, 300)}`);
};

/** Sends every call, eight at a time, and gives the bytes of a call on average. Fails on what is not 2xx. */
export const sendAll = async (calls: ReadonlyArray<Call>): Promise<number> => {
  let next = 0;
  let bytes = 0;
  const worker = async () => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
      const answer = await sendWell(call, eight);
      bytes += answer.bytes;
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return bytes / calls.length;
};

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * An open loop: `perSecond` calls a second for some seconds, whether or not the ones before were answered. Times
 * count from when a call was due, so that a server that falls behind shows it.
 */
export const sendAtRate = async (
  perSecond: number,
  seconds: number,
  make: (at: number) => Call,
): Promise<ReadonlyArray<Answer>> => {
  const started = performance.now();
  const pending: Array<Promise<Answer>> = [];
  for (let at = 0; at < perSecond * seconds; at += 1) {
    const due = started + (at * 1000) / perSecond;
    await pause(Math.max(0, due - performance.now()));
    const late = performance.now() - due;
    pending.push(send(make(at)).then((answer) => ({ ...answer, milliseconds: answer.milliseconds + late })));
  }
  return Promise.all(pending);
};
