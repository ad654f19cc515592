/** The core User schema (RFC 7643 §4.1, §8.7.1). */
import {
  type Attribute,
  binary,
  complex,
  flag,
  many,
  maxName,
  reference,
  type Schema,
  text,
} from "../attribute.ts";

const name = complex("name", "The parts of the person's name.", [
  text("formatted", "The full name, ready to show."),
  text("familyName", "The family name."),
  text("givenName", "The given name."),
  text("middleName", "The middle names."),
  text("honorificPrefix", "A title before the name."),
  text("honorificSuffix", "A suffix after the name."),
]);

const addresses = complex(
  "addresses",
  "Postal addresses.",
  [
    text("formatted", "The full address, ready to show."),
    text("streetAddress", "Street, house number, post box."),
    text("locality", "The city or locality."),
    text("region", "The state or region."),
    text("postalCode", "The postal code."),
    text("country", "The country as an ISO 3166-1 alpha-2 code."),
    text("type", "What the address is used for.", { canonicalValues: ["work", "home", "other"] }),
    flag("primary", "Whether this is the preferred address; true for one at most."),
  ],
  { multiValued: true },
);

const readOnly = { mutability: "readOnly" } as const;

const groups = complex(
  "groups",
  "The groups this person is in; change them on the group.",
  [
    text("value", "The group's id.", { ...readOnly, caseExact: true }),
    reference("$ref", "The group's address.", ["Group"], readOnly),
    text("display", "The group's name.", readOnly),
    text("type", "How the person is in the group.", { ...readOnly, canonicalValues: ["direct", "indirect"] }),
  ],
  { ...readOnly, multiValued: true },
);

const single: readonly Attribute[] = [
  text("userName", "The name the person signs in with.", {
    required: true,
    uniqueness: "server",
    maxLength: maxName,
    identifies: true,
  }),
  name,
  text("displayName", "The name to show.", { maxLength: maxName }),
  text("nickName", "A casual name."),
  reference("profileUrl", "The address of an online profile.", ["external"]),
  text("title", "The title, such as “Vice President”."),
  text("userType", "The relation to the organization, such as “Employee”."),
  text("preferredLanguage", "The preferred languages, as in Accept-Language."),
  text("locale", "The locale for formats, such as “en-US”."),
  text("timezone", "The time zone, such as “Europe/Paris”."),
  flag("active", "Whether the person may use the service."),
  // Accepted so that clients that always send one work, checked and then discarded.
  text("password", "Accepted and discarded.", { mutability: "writeOnly", returned: "never" }),
];

const plural: readonly Attribute[] = [
  many(
    "emails",
    "Email addresses.",
    text("value", "The email address.", { identifies: true, maxLength: maxName }),
  ),
  many("phoneNumbers", "Telephone numbers.", text("value", "The number."), [
    "work",
    "home",
    "mobile",
    "fax",
    "pager",
    "other",
  ]),
  many("ims", "Instant messaging addresses.", text("value", "The address."), [
    "aim",
    "gtalk",
    "icq",
    "xmpp",
    "msn",
    "skype",
    "qq",
    "yahoo",
    "other",
  ]),
  many("photos", "Pictures of the person.", reference("value", "The address of a picture.", ["external"]), [
    "photo",
    "thumbnail",
  ]),
  addresses,
  groups,
  many("entitlements", "Things the person has.", text("value", "The entitlement.")),
  many(
    "roles",
    "What the client calls roles; facts for rules, they grant nothing.",
    text("value", "The role."),
  ),
  many("x509Certificates", "Certificates.", binary("value", "A DER certificate in base64.")),
];

export const userSchema: Schema = {
  id: "urn:ietf:params:scim:schemas:core:2.0:User",
  name: "User",
  description: "A person.",
  attributes: [...single, ...plural],
};
