/**
 * Owns what would have been: past facts put together again, and a mapping asked about them. Does not own how facts are
 * kept (store) or what a mapping says of them (mapping). Changes nothing.
 */
export type { Deviation } from "./account.ts";
export { type ReplayPage, type ReplayRequest, replayPage } from "./page.ts";
export { factsAt, pastOf } from "./past.ts";
