/** HTTP without a helpful library: only the headers given are sent, which `fetch` does not allow. */
import { request } from "node:http";

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever JSON came, and fail where it is other.
  readonly body: any;
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

export const raw = (
  address: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: string | Uint8Array,
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    // As it was written: `URL` would take `..` and `%2e%2e` for steps up.
    const path = address.replace(/^https?:\/\/[^/]*/, "");
    const outgoing = request(address, { method, path, headers: { ...headers, ...length } }, (incoming) => {
      const chunks: Array<Buffer> = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", reject);
      incoming.on("end", () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: parsed(Buffer.concat(chunks).toString("utf8")),
        }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
