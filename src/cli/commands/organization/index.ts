/** Commands about an organization and what it sets as a whole. */
export { domain } from "./domain.ts";
export { organization } from "./organization.ts";
export { schema } from "./schema.ts";
