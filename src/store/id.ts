import { v7 } from "uuid";

/** A new UUID version 7: sorts by the time it was made, so that lists page in a stable order (RFC 9562 §5.7). */
export const newId = <Id extends string>(): Id => v7() as Id;

/** Stands where a key needs an id and there is nobody (RFC 9562 §5.9). */
export const nobody = "00000000-0000-0000-0000-000000000000";
