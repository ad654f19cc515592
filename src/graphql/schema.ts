/** The whole schema: every file of `types/` adds its part to the builder. */
import "./types/index.ts";
import { builder } from "./builder.ts";

export const schema = builder.toSchema();
