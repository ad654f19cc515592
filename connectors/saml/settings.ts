/** What a SAML connection must be told. Stored as the encoded form: plain JSON. Nothing of it is secret. */
import { Effect, Schema } from "effect";
import { Slug } from "../../src/domain/index.ts";
import { type Field, field, listed, listIn } from "../connector.ts";
import { isSignOnAddress } from "./address.ts";
import { certificatesIn } from "./certificates.ts";
import { attributesOf, type Preset, presets } from "./presets.ts";

const entityId = Schema.String.check(
  Schema.isPattern(/^[\x21-\x7e]{1,1024}$/, {
    message: "write the entity ID as the provider's metadata has it",
  }),
);

const ssoUrl = Schema.String.check(
  Schema.makeFilter((address: string) =>
    isSignOnAddress(address)
      ? undefined
      : "write the https address of the provider's single sign-on service, HTTP-Redirect binding; http is for localhost only",
  ),
);

/** Without one that is pinned nothing could be believed, so there is no such connection. */
const certificates = Schema.String.check(
  Schema.makeFilter((pem: string) =>
    certificatesIn(pem) === undefined
      ? "paste one to four certificates as PEM: RSA of 2048 bits or more, or EC on P-256 or P-384"
      : undefined,
  ),
);

/** May be left out. Whether plain HTTP is allowed, the egress guard decides. */
const metadataUrl = Schema.String.check(
  Schema.isPattern(/^(?:https?:\/\/[^\s#@]+)?$/, {
    message: "write the address where the provider publishes its metadata",
  }),
);

/** `off`: what comes encrypted to our key all the same is opened. */
const encryptions = ["off", "offered", "required"] as const;

/** May be left out. That there is such an application is seen when somebody comes. */
const application = Schema.String.check(
  Schema.makeFilter((slug: string) =>
    slug === "" || Schema.is(Slug)(slug) ? undefined : "write the application's slug",
  ),
);

const text = Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")));
const list = listed.pipe(Schema.withDecodingDefaultKey(Effect.succeed("")));
const no = Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false)));

/** Providers may send each service another NameID, also a persistent one (SAML core §8.3.7). */
const namelessProducts = (settings: {
  readonly preset: Preset;
  readonly subjectAttribute: string;
  readonly acceptedAudiences: string;
}) =>
  listIn(settings.acceptedAudiences).length > 0 &&
  settings.subjectAttribute === "" &&
  attributesOf[settings.preset].subject === undefined
    ? {
        path: ["acceptedAudiences"],
        issue:
          "set subjectAttribute too: a provider may send each product another NameID for the same person",
      }
    : undefined;

export const Settings = Schema.Struct({
  idpEntityId: entityId,
  ssoUrl,
  certificates,
  preset: Schema.Literals(presets).pipe(Schema.withDecodingDefaultKey(Effect.succeed("generic" as const))),
  groupsAttribute: text,
  absentIsEmpty: no,
  subjectAttribute: text,
  namesAreNotReused: no,
  emailsAreVerified: no,
  entityId: text,
  signRequests: no,
  encryption: Schema.Literals(encryptions).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed("off" as const)),
  ),
  idpInitiatedApplication: application.pipe(Schema.withDecodingDefaultKey(Effect.succeed(""))),
  /** Not a setting: keys of our own, kept sealed. */
  ownKeys: Schema.RedactedFromValue(Schema.String).pipe(Schema.withDecodingDefaultKey(Effect.succeed(""))),
  metadataUrl: metadataUrl.pipe(Schema.withDecodingDefaultKey(Effect.succeed(""))),
  acceptedAudiences: list,
  acceptedRecipients: list,
}).check(Schema.makeFilter(namelessProducts));
export type Settings = typeof Settings.Type;

export const fields: ReadonlyArray<Field> = [
  field(
    "idpEntityId",
    "Provider's entity ID",
    "As its metadata names it: https://login.acme.test/realms/acme",
  ),
  field("ssoUrl", "Sign-on address", "Of the provider's single sign-on service, HTTP-Redirect binding."),
  field(
    "certificates",
    "Signing certificates",
    "The provider's, as PEM, one after the other: the new one beside the old while it changes keys.",
    { lines: true },
  ),
  field("preset", "Provider", `Under which names its attributes come: ${presets.join(", ")}.`, {
    default: "generic",
  }),
  field(
    "groupsAttribute",
    "Groups attribute",
    "The attribute that lists groups, where it is not the provider's usual one.",
    { default: "" },
  ),
  field(
    "absentIsEmpty",
    "A missing attribute means no groups, no roles",
    "Keycloak leaves an attribute out for people without groups, or without roles. With this, so does whoever switches its mapper off. Not for replies that products bring.",
    { type: "boolean", default: "false" },
  ),
  field(
    "subjectAttribute",
    "Subject attribute",
    "The attribute that names a person for ever, where that is not the NameID: an object id, an employee number.",
    { default: "" },
  ),
  field(
    "namesAreNotReused",
    "It gives no name twice",
    "Without it a NameID must be of the format persistent. With this, a user name or an email as the NameID counts as a person's for ever: who gets it later has their account.",
    { type: "boolean", default: "false" },
  ),
  field(
    "emailsAreVerified",
    "Its emails are verified",
    "SAML does not say whether an address is the person's. With this, the provider's word is taken for it.",
    { type: "boolean", default: "false" },
  ),
  field(
    "entityId",
    "Our entity ID",
    "Where the provider knows us by another one than our metadata's address.",
    {
      default: "",
    },
  ),
  field(
    "signRequests",
    "Sign requests",
    "Sign what is asked of the provider with our key, whose certificate is in our metadata.",
    { type: "boolean", default: "false" },
  ),
  field(
    "encryption",
    "Encrypted assertions",
    "off: our metadata asks for none. offered: it shows a key to encrypt for. required: it does, and a plain assertion is refused. Each must be signed all the same.",
    { default: "off" },
  ),
  field(
    "idpInitiatedApplication",
    "Application of logins that the provider begins",
    "Empty: none are taken. Else they go to this application's first return address, with a code and no state. It must be ready for that: anybody can have another person's browser end up signed in as themselves (login CSRF).",
    { default: "" },
  ),
  field(
    "metadataUrl",
    "Metadata address",
    "Where the provider publishes its metadata. It is read for a new connection, and compared afterwards: nothing changes by itself.",
    { calls: true, default: "" },
  ),
  field(
    "acceptedAudiences",
    "IDs of products",
    "Entity IDs of products that bring replies of their own, with spaces between. They need a subject attribute.",
    { default: "" },
  ),
  field(
    "acceptedRecipients",
    "Addresses of products",
    "Where those products have responses sent to, character by character, with spaces between.",
    { default: "" },
  ),
];
