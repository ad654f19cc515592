/**
 * What would have to be different: the fewest facts that would give an account a role, and the single facts that would
 * take one away. Owns the changes of facts that are thought of, and the search among them. Pure; nothing is changed.
 */
export { applyChanges, type Change, changeKey } from "./change.ts";
export { type Gain, gainOf } from "./gain.ts";
export { rulesLookingAt } from "./looks.ts";
export { type Loss, lossOf } from "./loss.ts";
export { nothingElse, type SurroundingGroup, type Surroundings } from "./surroundings.ts";
export { changeText } from "./text.ts";
