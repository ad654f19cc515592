/** graphql's own errors quote what was sent. Among what may be sent are secrets: these errors say less. */
import { type ASTNode, type GraphQLError, Kind, type TypeNode } from "graphql";

const secretTypes: ReadonlySet<string> = new Set(["SettingInput", "SettingValue"]);

const namedIn = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedIn(type.type);

const isSecretVariable = (node: ASTNode): boolean =>
  node.kind === Kind.VARIABLE_DEFINITION && secretTypes.has(namedIn(node.type));

const sentence =
  "A setting does not fit: give each as { name, value }, both texts. What was sent is not repeated here.";

/** The sentence for an error of graphql's own, without any value that may be secret. */
export const quietSentence = ({ message, nodes = [] }: GraphQLError): string =>
  /Setting(Input|Value)/.test(message) || nodes.some(isSecretVariable) ? sentence : message;
