import { Result } from "effect";
import { decodeMapping, toCel } from "../../mapping/index.ts";
import type { Mapping } from "../client/index.ts";
import { jsonText, type Line, moment } from "../output/index.ts";
import { ruleLines } from "../rule.ts";

/** The rules in words; as JSON where a newer server wrote something this command does not know. */
export const documentLines = (document: unknown, cel: boolean): ReadonlyArray<Line> =>
  Result.match(decodeMapping(document), {
    onSuccess: (mapping) => (cel ? ruleLines(mapping, toCel) : ruleLines(mapping)),
    onFailure: () =>
      jsonText(document)
        .split("\n")
        .map((text) => ({ text })),
  });

export const versionLines = (mapping: Mapping, cel = false): ReadonlyArray<Line> => {
  const { version, state, createdAt, publishedAt, document } = mapping;
  const since = moment(publishedAt ?? createdAt);
  const when = state === "superseded" ? `superseded, published ${since}` : `${state} since ${since}`;
  const title = `Version ${version}, ${when}`;
  return [{ text: title }, { text: "" }, ...documentLines(document, cel)];
};
