/** Commands about what was, and what would have been. */
export { history } from "./history.ts";
export { replay } from "./replay.ts";
