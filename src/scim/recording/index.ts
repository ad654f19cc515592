/**
 * Owns recordings of what a client sends: pseudonyms of every value, before anything is kept, and the file made of them.
 * Does not own who may record, for how long (tenancy) or where it is kept (store).
 */
export { exchangeOf, type Heard } from "./exchange.ts";
export { journeyOf } from "./journey.ts";
export { noteBody, noteRecording, recorded } from "./tape.ts";
