/** How far each log was read. Plain JSON; whoever keeps it looks at nothing in it. */
import { Option, Schema } from "effect";
import type { JsonObject } from "../../../src/domain/index.ts";

/** An event by its id and the time it bears, in the milliseconds of the server that wrote it. */
export const Mark = Schema.Struct({ id: Schema.String, time: Schema.Finite });

export const Place = Schema.Struct({
  /** The next page begins with the events of this time, after so many of them. */
  from: Schema.Finite,
  first: Schema.Int,
  /** The newest event that was ever seen. */
  newest: Schema.NullOr(Mark),
  /** An event that must be met again on the way: where it is not, the log was cleared. */
  anchor: Schema.NullOr(Mark),
  /** Events that were told already and may be met again, the oldest first. */
  told: Schema.Array(Mark),
  /** When the reading now under way began, by this machine's clock; `null` between two. */
  began: Schema.NullOr(Schema.Finite),
  /** When the last reading that reached the end began. */
  looked: Schema.Finite,
});

const Cursor = Schema.Struct({
  version: Schema.Literal(1),
  admin: Place,
  /** `null`: user events cannot be read. */
  users: Schema.NullOr(Place),
  /** What the realm records, in one line: compared, never read. */
  records: Schema.String,
});

export type Mark = typeof Mark.Type;
export type Place = typeof Place.Type;
export type Cursor = typeof Cursor.Type;

const decode = Schema.decodeUnknownOption(Cursor);

/** Nothing, of a cursor that is none of ours or of an older form. */
export const cursorOf = (stored: JsonObject): Cursor | undefined => Option.getOrUndefined(decode(stored));

const json = ({ id, time }: Mark): JsonObject => ({ id, time });
const placeJson = ({ newest, anchor, told, ...place }: Place): JsonObject => ({
  ...place,
  newest: newest && json(newest),
  anchor: anchor && json(anchor),
  told: told.map(json),
});

export const stored = ({ admin, users, ...rest }: Cursor): JsonObject => ({
  ...rest,
  admin: placeJson(admin),
  users: users && placeJson(users),
});
