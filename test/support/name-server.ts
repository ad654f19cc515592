/** A small name server over UDP (RFC 1035): it knows the TXT records it is told, and how to fail. */
import { createSocket } from "node:dgram";
import { afterAll } from "vitest";

/** Texts, each in its parts; or how it does not answer: no such name, a failure of its own, nothing at all. */
export type Zone = ReadonlyArray<ReadonlyArray<string>> | "nxdomain" | "servfail" | "refused" | "silent";

const codes = { nxdomain: 3, servfail: 2, refused: 5 } as const;
const txt = 16;

/** The name asked for, and where its question ends. */
const questionIn = (message: Buffer) => {
  const labels: Array<string> = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 5 };
};

const record = (parts: ReadonlyArray<string>): Buffer => {
  const data = Buffer.concat(
    parts.map((part) => Buffer.concat([Buffer.from([Buffer.byteLength(part)]), Buffer.from(part)])),
  );
  const head = Buffer.alloc(12);
  // The name is that of the question: a pointer to it.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(txt, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
};

const answerTo = (message: Buffer, end: number, zone: Exclude<Zone, "silent">): Buffer => {
  const records = typeof zone === "string" ? [] : zone.map(record);
  const head = Buffer.from(message.subarray(0, 12));
  head.writeUInt16BE(0x8180 | (typeof zone === "string" ? codes[zone] : 0), 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, message.subarray(12, end), ...records]);
};

/** Starts one on a free port and closes it after the file's last test. A name it was told nothing of does not exist. */
export const startNameServer = async () => {
  const zones = new Map<string, Zone>();
  const asked: Array<string> = [];
  const socket = createSocket("udp4");
  socket.on("message", (message, { port, address }) => {
    const { name, end } = questionIn(message);
    asked.push(name);
    const zone = zones.get(name) ?? "nxdomain";
    if (zone !== "silent") socket.send(answerTo(message, end, zone), port, address);
  });
  await new Promise<void>((ready) => socket.bind(0, "127.0.0.1", ready));
  afterAll(() => new Promise<void>((done) => socket.close(() => done())));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    publish: (name: string, zone: Zone) => zones.set(name, zone),
  };
};
