/** What operators type, checked before anything is done with it. */
import { Clock, Effect, Schema } from "effect";
import { InvalidValue, isOneLine, isUuid, RoleKey, RolePermission, Slug } from "../domain/index.ts";
import { isScope } from "../mapping/index.ts";

const readable = (most: number) =>
  Schema.makeFilter(
    (text: string) =>
      isOneLine(text, most) || `use at most ${most} characters in one line, without control characters`,
  );

const Label = Schema.String.check(
  Schema.makeFilter((text: string) => text.trim() !== "" || "use at least one character"),
  readable(100),
);
const Description = Schema.String.check(readable(1000));

const Scope = Schema.String.check(
  readable(255),
  Schema.makeFilter(
    (text: string) => isScope(text) || "use 1 to 255 characters in one line, without space at the ends",
  ),
);

/** Gives the value, or InvalidValue that names `field` and what to use there. */
const checked =
  <A>(schema: Schema.Decoder<A>) =>
  (field: string, text: string): Effect.Effect<A, InvalidValue> =>
    Schema.decodeUnknownEffect(schema)(text).pipe(
      Effect.mapError((error) => new InvalidValue({ detail: `${field}: ${error.message}.` })),
    );

export const slugOf = checked(Slug);
export const roleKeyOf = checked(RoleKey);
export const permissionOf = checked(RolePermission);
/** What a role can be limited to. */
export const scopeKeyOf = checked(Scope);
export const labelOf = checked(Label);
/** Why an operator decides something about a person. */
export const reasonOf = checked(
  Schema.String.check(
    Schema.makeFilter((text: string) => text.trim() !== "" || "say why, in a sentence"),
    readable(500),
  ),
);
export const descriptionOf = checked(Description);
/** A setting of a connection. */
export const settingOf = checked(Schema.String.check(readable(2000)));
/** A setting of several lines. */
export const settingLinesOf = checked(
  Schema.String.check(
    Schema.makeFilter(
      (text: string) =>
        (text.length <= 20_000 && text.split(/\r?\n/).every((line) => isOneLine(line, 20_000))) ||
        "use at most 20000 characters, without control characters within the lines",
    ),
  ),
);

/** An id to go on from, which must have come from us. */
export const idOf = (field: string, text: string): Effect.Effect<string, InvalidValue> =>
  isUuid(text)
    ? Effect.succeed(text)
    : Effect.fail(new InvalidValue({ detail: `${field}: use an id that an earlier answer gave.` }));

/** How many things to give at once. */
export const countOf = (field: string, count: number): Effect.Effect<number, InvalidValue> =>
  Number.isInteger(count) && count >= 1 && count <= 500
    ? Effect.succeed(count)
    : Effect.fail(new InvalidValue({ detail: `${field}: use 1 to 500.` }));

/** Seconds between scheduled runs. */
export const intervalOf = (field: string, seconds: number): Effect.Effect<number, InvalidValue> =>
  Number.isInteger(seconds) && seconds >= 60 && seconds <= 86_400
    ? Effect.succeed(seconds)
    : Effect.fail(new InvalidValue({ detail: `${field}: use 60 to 86400 seconds.` }));

/** Seconds between looks for changes. */
export const lookIntervalOf = (field: string, seconds: number): Effect.Effect<number, InvalidValue> =>
  Number.isInteger(seconds) && seconds >= 1 && seconds <= 3_600
    ? Effect.succeed(seconds)
    : Effect.fail(new InvalidValue({ detail: `${field}: use 1 to 3600 seconds.` }));

/** When a token ends; null: never. */
export const expiryOf = Effect.fn("expiryOf")(function* (expiresAt: Date | null) {
  if (expiresAt === null || expiresAt.getTime() > (yield* Clock.currentTimeMillis)) return expiresAt;
  return yield* new InvalidValue({ detail: "expiresAt: use a time that is still to come." });
});

/** When a decision about somebody ends; null: never. */
export const untilOf = Effect.fn("untilOf")(function* (until: Date | null) {
  if (until === null || until.getTime() > (yield* Clock.currentTimeMillis)) return until;
  return yield* new InvalidValue({ detail: "until: use a time that is still to come." });
});

/** Hours that a secret works on after another took its place. */
export const graceOf = (field: string, hours: number): Effect.Effect<number, InvalidValue> =>
  Number.isInteger(hours) && hours >= 0 && hours <= 720
    ? Effect.succeed(hours)
    : Effect.fail(new InvalidValue({ detail: `${field}: use 0 to 720 hours.` }));
