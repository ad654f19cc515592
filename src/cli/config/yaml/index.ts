/** Owns YAML: what of it is accepted, where in a file a value stands, and how a document is written. */
export { type Parsed, parseYaml } from "./parse.ts";
export { writeYaml } from "./write.ts";
