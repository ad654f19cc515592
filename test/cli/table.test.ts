import { describe, expect, it } from "vitest";
import { facts, table } from "../../src/cli/output/index.ts";

interface Row {
  readonly name: string;
  readonly note: string;
}

const shown = (rows: ReadonlyArray<Row>) =>
  table<Row>({ NAME: ({ name }) => name, NOTE: ({ note }) => note }, rows).map(({ text }) => text);

describe("table", () => {
  it("aligns columns under their titles and ends no line in spaces", () => {
    const rows = [
      { name: "a", note: "first" },
      { name: "longer", note: "x" },
    ];
    expect(shown(rows)).toEqual(["NAME    NOTE", "a       first", "longer  x"]);
  });

  it("counts cells of the terminal, not characters", () => {
    const rows = [
      { name: "王", note: "1" },
      { name: "ab", note: "2" },
    ];
    expect(shown(rows)).toEqual(["NAME  NOTE", "王    1", "ab    2"]);
  });

  it("leaves out a column without any value", () => {
    expect(shown([{ name: "a", note: "" }])).toEqual(["NAME", "a"]);
  });

  it("keeps one row on one line, whatever is in it", () => {
    expect(shown([{ name: "a\nb", note: "\u001b[2J" }])).toEqual(["NAME    NOTE", "a\\x0ab  \\x1b[2J"]);
  });

  it("is nothing without rows", () => {
    expect(shown([])).toEqual([]);
  });

  it("marks only its first line as heading", () => {
    const lines = table<Row>({ NAME: ({ name }) => name }, [{ name: "a", note: "" }]);
    expect(lines.map(({ heading }) => heading)).toEqual([true, undefined]);
  });
});

describe("facts", () => {
  it("puts the values under each other", () => {
    expect(facts({ id: "1", "a longer one": "2" }).map(({ text }) => text)).toEqual([
      "id            1",
      "a longer one  2",
    ]);
  });
});
