import { Document, Scalar, visit } from "yaml";
import { plain } from "../../output/index.ts";

/**
 * The value as YAML. A text that a terminal could not show as it is stands in double quotes, where the escapes of
 * `plain` are YAML's own: what is printed is read as the same value.
 */
export const writeYaml = (value: unknown): string => {
  const document = new Document(value, { aliasDuplicateObjects: false, version: "1.2" });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value !== "string") return;
      const shown = node.value.replaceAll("\n", "");
      if (plain(shown) !== shown) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 }).split("\n").map(plain).join("\n");
};
