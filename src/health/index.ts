/** Owns what a monitor asks: is the process alive, is it ready, and the figures. */
export { metrics } from "./metrics.ts";
export { live, ready } from "./routes.ts";
