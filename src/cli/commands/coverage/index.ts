/** Owns the commands about who has what by what: whom a rule reaches, where a group leads, who has a role. */
export { covers } from "./covers.ts";
export { leads } from "./leads.ts";
export { who } from "./who.ts";
