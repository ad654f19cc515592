/** A resource type as a dialect has it: without what the dialect does not announce. */
import type { ResourceType } from "../schema/index.ts";
import type { Dialect } from "./rewrite.ts";

const shapes = new WeakMap<Dialect, WeakMap<ResourceType, ResourceType>>();

const made = ({ hidden }: Dialect, type: ResourceType): ResourceType => ({
  ...type,
  schema: {
    ...type.schema,
    attributes: type.schema.attributes.filter(({ name }) => !hidden.includes(name)),
  },
});

/** Made once for each: what is looked up about a type is kept by the type itself. */
export const shaped = (dialect: Dialect, type: ResourceType): ResourceType => {
  if (dialect.hidden.length === 0) return type;
  const known = shapes.get(dialect) ?? new WeakMap<ResourceType, ResourceType>();
  const shape = known.get(type) ?? made(dialect, type);
  shapes.set(dialect, known.set(type, shape));
  return shape;
};
