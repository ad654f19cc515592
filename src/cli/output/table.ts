import { CliOutput } from "effect/cli";
import { plain } from "./text.ts";

const { displayWidth } = CliOutput;

/** A line to show. A heading is the same line, only brighter where the terminal has colours. */
export interface Line {
  readonly text: string;
  readonly heading?: boolean;
}

/** A column: its title, and how it shows a row. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => string>>;

const padded = (text: string, width: number): string =>
  text + " ".repeat(Math.max(0, width - displayWidth(text)));

const rowText = (cells: ReadonlyArray<string>, widths: ReadonlyArray<number>): string =>
  cells
    .map((cell, index) => padded(cell, widths[index] ?? 0))
    .join("  ")
    .trimEnd();

/** Rows in aligned columns under their titles. A column without any value is left out; no rows are no lines. */
export const table = <Row>(columns: Columns<Row>, rows: ReadonlyArray<Row>): ReadonlyArray<Line> => {
  if (rows.length === 0) return [];
  const shown = Object.entries(columns)
    .map(([title, show]) => [title, ...rows.map((row) => plain(show(row)))])
    .filter(([, ...cells]) => cells.some((cell) => cell !== ""));
  const widths = shown.map((column) => column.reduce((most, cell) => Math.max(most, displayWidth(cell)), 0));
  const line = (index: number) =>
    rowText(
      shown.map((column) => column[index] ?? ""),
      widths,
    );
  return [{ text: line(0), heading: true }, ...rows.map((_, index) => ({ text: line(index + 1) }))];
};

/** One thing as `name  value` lines, the values under each other. */
export const facts = (values: Readonly<Record<string, string>>): ReadonlyArray<Line> => {
  const width = Math.max(...Object.keys(values).map((name) => name.length));
  return Object.entries(values).map(([name, value]) => ({ text: `${name.padEnd(width)}  ${value}` }));
};
