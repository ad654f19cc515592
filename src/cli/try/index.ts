/** Owns the quick start's demonstration. Does nothing that an identity provider and an operator could not do. */
export { play, Step, Story } from "./story.ts";
