/** A mail server that takes everything and keeps the text of it: for what a peer only sends by mail. */
import { createServer, type Socket } from "node:net";

export interface Mailbox {
  readonly port: number;
  /** The text of all that came, without the line breaks and signs that mail puts in. */
  readonly text: () => string;
  readonly close: () => void;
}

const plain = (mail: string) =>
  mail
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));

/** RFC 5321: as much of it as somebody needs who delivers one mail. */
const converse = (socket: Socket, keep: (text: string) => void) => {
  let mail: string | undefined;
  const answer = (line: string) => {
    if (/^DATA/i.test(line)) {
      mail = "";
      return "354 go on";
    }
    return /^QUIT/i.test(line) ? "221 bye" : "250 ok";
  };
  socket.on("error", () => socket.destroy());
  socket.write("220 mail.acme.test\r\n");
  socket.on("data", (data) => {
    if (mail === undefined) {
      for (const line of data.toString().split("\r\n").filter(Boolean)) socket.write(`${answer(line)}\r\n`);
      return;
    }
    mail += data.toString();
    if (!mail.endsWith("\r\n.\r\n")) return;
    keep(mail);
    mail = undefined;
    socket.write("250 ok\r\n");
  });
};

export const startMailbox = async (): Promise<Mailbox> => {
  const mails: Array<string> = [];
  const server = createServer((socket) => converse(socket, (text) => mails.push(text)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    text: () => plain(mails.join("\n")),
    close: () => server.close(),
  };
};
