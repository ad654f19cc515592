/** Answers of a provider that are none. */
import { gzipSync } from "node:zlib";
import type { Answer } from "./row.ts";

const json = { "content-type": "application/json" };

export const html: Answer = (response) => {
  response.writeHead(200, { "content-type": "text/html" }).end("<h1>hostile text</h1>");
};
export const notJson: Answer = (response) => {
  response.writeHead(200, json).end('{"hostile text');
};
export const list: Answer = (response) => {
  response.writeHead(200, json).end("[]");
};
/** Where it leads to would be noticed. */
export const redirect: Answer = (response) => {
  response.writeHead(302, { location: "/planted/elsewhere" }).end();
};
export const broken: Answer = (response) => {
  response.writeHead(500, json).end('{"error":"server_error","error_description":"hostile text"}');
};
/** Begins, and never ends. */
export const slow: Answer = (response) => {
  response.writeHead(200, json).write("{");
};
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, " "));
export const gzipBomb: Answer = (response) => {
  response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(bomb);
};

const megabyte = Buffer.alloc(1024 * 1024, " ");
/** So many megabytes of white space, as fast as they are read. */
export const oversize =
  (megabytes: number): Answer =>
  (response) => {
    let left = megabytes;
    const more = (): void => {
      while (left > 0) {
        left -= 1;
        if (!response.write(megabyte)) {
          response.once("drain", more);
          return;
        }
      }
      response.end("{}");
    };
    response.writeHead(200, json);
    more();
  };
