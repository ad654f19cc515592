/** A load of one kind of request over keep-alive connections, a fixed number of them at a time. */
import { Agent, request } from "node:http";

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly token: string;
  readonly body?: unknown;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

const send = (call: Call): Promise<number> =>
  new Promise((resolve, reject) => {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
      authorization: `Bearer ${call.token}`,
      ...(body === undefined
        ? {}
        : { "content-type": "application/scim+json", "content-length": Buffer.byteLength(body) }),
    };
    const outgoing = request(call.url, { method: call.method, agent, headers }, (incoming) => {
      incoming.resume();
      incoming.on("end", () => resolve(incoming.statusCode ?? 0));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });

/** Sends every call, eight at a time, and fails on the first answer that is not 2xx. */
export const sendAll = async (calls: ReadonlyArray<Call>): Promise<void> => {
  let next = 0;
  const worker = async () => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
      const status = await send(call);
      if (status < 200 || status > 299) throw new Error(`${call.method} ${call.url} answered ${status}.`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
};
