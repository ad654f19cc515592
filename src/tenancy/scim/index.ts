/** Owns what an organization settles about SCIM as a whole. Does not own connections or how SCIM is spoken. */
export { changeScimSwitches, type SwitchChange, viewScimSwitches } from "./settings.ts";
