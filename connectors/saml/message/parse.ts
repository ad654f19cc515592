/** The parser that takes nothing for granted: what it would warn of elsewhere ends the reading here. */
import { DOMParser } from "@xmldom/xmldom";
import { Result } from "effect";

const broken = () => {
  throw new Error("not well-formed");
};

/** The root element. Of the parser's own words nothing is repeated: they quote the message. */
export const parse = (text: string): Result.Result<Element, string> => {
  try {
    const errorHandler = { warning: broken, error: broken, fatalError: broken };
    const root = new DOMParser({ errorHandler }).parseFromString(text, "text/xml").documentElement;
    return root === null ? Result.fail("There is no element.") : Result.succeed(root);
  } catch {
    return Result.fail("It is not well-formed XML.");
  }
};
