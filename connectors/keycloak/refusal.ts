/** Which fields of a person Keycloak's user profile did not accept, and why: never their values. Pure. */
import { Option, Schema } from "effect";

const Refused = Schema.Struct({
  field: Schema.String.check(Schema.isMaxLength(60), Schema.isPattern(/^[\w.:-]+$/)),
  errorMessage: Schema.optionalKey(Schema.String),
});
const decode = Schema.decodeUnknownOption(
  Schema.Union([Refused, Schema.Struct({ errors: Schema.Array(Refused) })]),
);

// Keycloak's own messages; a validator of somebody else's may say anything, so it is not repeated.
const reasons: Readonly<Record<string, string>> = {
  "error-user-attribute-read-only": "may not be changed in this realm",
  "error-user-attribute-required": "is required in this realm",
  "error-invalid-length": "has a length that is not accepted",
  "error-invalid-length-too-long": "is too long",
  "error-invalid-length-too-short": "is too short",
  "error-invalid-email": "is not an email address",
  "error-invalid-value": "has a value that is not accepted",
  "error-username-invalid-character": "has a character that is not accepted",
  "error-person-name-invalid-character": "has a character that is not accepted",
};

/** The same fields with words of our own, where Keycloak is not asked at all. */
export const sentence = (fields: ReadonlyArray<readonly [field: string, reason: string]>) =>
  [...new Set(fields.map(([field, reason]) => `${field} ${reason}`))].join(", ");

/** A sentence that follows another one, empty where the answer names no field. */
export const refusedFields = (body: unknown): string =>
  Option.match(decode(body), {
    onNone: () => "",
    onSome: (refused) => {
      const all = "errors" in refused ? refused.errors : [refused];
      const named = all.map(
        ({ field, errorMessage = "" }) => [field, reasons[errorMessage] ?? "is not accepted"] as const,
      );
      return named.length === 0 ? "" : ` Its user profile says: ${sentence(named)}.`;
    },
  });
