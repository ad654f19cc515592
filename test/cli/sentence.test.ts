import { describe, expect, it } from "vitest";
import { sentenceOf } from "../../src/cli/sentence.ts";
import { Forbidden, Unavailable } from "../../src/domain/index.ts";

describe("sentenceOf", () => {
  it("says what to do when the database is away, with what the system said", () => {
    const cause = new Error("query failed", { cause: new Error("connect ECONNREFUSED 127.0.0.1:1") });
    expect(sentenceOf(new Unavailable({ retryAfter: 1, cause }))).toBe(
      'The database does not answer: connect ECONNREFUSED 127.0.0.1:1. Look at DATABASE_URL; "rolebridge doctor" checks it.',
    );
  });

  it("says what to do when the port is taken, or the host is none", () => {
    const taken = Object.assign(new Error("listen EADDRINUSE"), { code: "EADDRINUSE", port: 8080 });
    expect(sentenceOf({ _tag: "ServeError", cause: taken })).toBe(
      "Another program uses port 8080. Choose another with PORT, or stop the other.",
    );
    expect(sentenceOf({ _tag: "ServeError", cause: new Error("getaddrinfo ENOTFOUND x") })).toBe(
      "The server cannot listen: getaddrinfo ENOTFOUND x. Look at PORT and HOST.",
    );
  });

  it("takes the sentence of a failure, and has one for what brings none", () => {
    expect(sentenceOf(new Forbidden({ detail: "Not you." }))).toBe("Not you.");
    expect(sentenceOf(new Error("That broke."))).toBe("That broke.");
    expect(sentenceOf(undefined)).toBe("Something failed without saying why.");
  });
});
