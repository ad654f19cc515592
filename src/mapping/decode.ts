/** Reads a mapping from JSON and says, in the operator's words, what is wrong and in which rule. */
import { Result, Schema } from "effect";
import { complaints, complaintText, InvalidValue, placeIn } from "../domain/index.ts";
import { Mapping } from "./rule.ts";

const naming = { list: "rules", field: "id", word: "rule", whole: "mapping" };

const decode = Schema.decodeUnknownResult(Mapping, { errors: "all", onExcessProperty: "error" });

/** The mapping in `input`, or one line per mistake, each naming its rule and where in it. Unknown keys are refused. */
export const decodeMapping = (input: unknown): Result.Result<Mapping, InvalidValue> =>
  Result.mapError(
    decode(input),
    ({ issue }) => new InvalidValue({ detail: complaintText(complaints(issue), placeIn(input, naming)) }),
  );
