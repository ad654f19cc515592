/**
 * Owns an organization's configuration as one document: its form and JSON Schema, YAML, the normal form, what must be
 * done to get from one to the other, and where secrets are found. Pure but for reading secrets; asks no server.
 */
export {
  type Call,
  type Change,
  changeLines,
  changesTo,
  ShownChange,
  shownChanges,
  type Wish,
} from "./difference/index.ts";
export { type Configuration, Outline } from "./document.ts";
export { configurationSchema } from "./json-schema.ts";
export { normal } from "./normal.ts";
export { readConfiguration } from "./read.ts";
export { readSecret } from "./secret.ts";
export { type Answers, configurationOf, mappingIn } from "./state.ts";
export { writeYaml } from "./yaml/index.ts";
