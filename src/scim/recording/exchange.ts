/** One request and its answer as a recording keeps them. Nothing else of them is kept, and no credential. */
import type { Json, JsonObject } from "../schema/index.ts";
import { jsonOf, requestAddress } from "./body.ts";
import { pseudonyms } from "./pseudonym.ts";

/** As it was: for the moment that it takes to make pseudonyms of it. */
export interface Heard {
  readonly method: string;
  /** Below the SCIM address, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Json | undefined;
  readonly status: number;
  readonly answer: Json | undefined;
}

const mediaType = /^(application\/(scim\+)?json|application\/\*|\*\/\*|text\/(plain|html))$/i;

/** Types and parameters that everybody sends; whatever else somebody wrote there is `other`. */
const mediaTypes = (text: string): string =>
  text
    .split(",")
    .map((one) => {
      const [type = "", ...parameters] = one.split(";").map((part) => part.trim());
      const kept = parameters.filter((part) => /^(charset=utf-8|q=[01](\.\d{1,3})?)$/i.test(part));
      return [mediaType.test(type) ? type : "application/other", ...kept].join("; ");
    })
    .join(", ");

/** A User-Agent may name a company: only that there is one. */
const headersOf = (headers: Heard["headers"]): JsonObject => {
  const { accept, "content-type": type, "user-agent": agent } = headers;
  return {
    ...(type === undefined ? {} : { "content-type": mediaTypes(type) }),
    ...(accept === undefined ? {} : { accept: mediaTypes(accept) }),
    ...((agent ?? "") === "" ? {} : { "user-agent": "present" }),
  };
};

/** Discovery says what we say of ourselves: nothing to record. */
const isDiscovery = (path: string): boolean =>
  /^\/(Schemas|ResourceTypes|ServiceProviderConfig)\b/i.test(path);

/** The exchange under the recording's key, in pseudonyms alone. */
export const exchangeOf = (key: Buffer, heard: Heard): JsonObject => {
  const pseudonym = pseudonyms(key);
  const { method, path, headers, body, status, answer } = heard;
  return {
    method,
    path: requestAddress(pseudonym, path),
    headers: headersOf(headers),
    ...(body === undefined ? {} : { body: jsonOf(pseudonym, "", body) }),
    status,
    ...(answer === undefined || isDiscovery(path) ? {} : { answer: jsonOf(pseudonym, "", answer) }),
  };
};
