/** Owns a login under way: what is kept of it, sealed, in the browser that began it. Does not own what is kept in it. */
export { crowdedOut, endedCookie, flowCookie, sealedFlow } from "./cookie.ts";
export { type Flow, isShortEnough, openFlow, sealFlow } from "./flow.ts";
