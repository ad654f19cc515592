import { Schema } from "effect";

/** One thing looked at. Where it is not well, `detail` says what to do. */
export const Check = Schema.Struct({ check: Schema.String, ok: Schema.Boolean, detail: Schema.String });
export type Check = typeof Check.Type;

export const well = (check: string, detail: string): Check => ({ check, ok: true, detail });
export const unwell = (check: string, detail: string): Check => ({ check, ok: false, detail });
