/** What an OpenID Connect connection must be told. Stored as the encoded form: plain JSON, the secret encrypted around it. */
import { Effect, Schema } from "effect";
import { type Field, field, listed, listIn } from "../connector.ts";

const present = Schema.String.check(Schema.isMinLength(1));

/** Where Entra answers, in each of its clouds. */
const entraHosts: ReadonlySet<string> = new Set([
  "login.microsoftonline.com",
  "login.microsoft.com",
  "login.windows.net",
  "sts.windows.net",
  "login.microsoftonline.us",
  "login.partner.microsoftonline.cn",
]);
export const isEntra = (hostname: string): boolean => entraHosts.has(hostname);

/** Personal accounts, which anybody can make. */
const consumers = "9188040d-6c67-4c5b-b112-36a304b66dad";

/** A tenant by its id; `common`, `organizations`, `consumers` and whatever else stands there would let others in. */
const isOneTenant = ({ hostname, pathname }: URL): boolean => {
  const tenant = pathname.split("/")[1] ?? "";
  return (
    !isEntra(hostname) ||
    (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tenant) && tenant !== consumers)
  );
};

/** As a browser writes it, so that what is checked is what is asked. */
const isPlain = (text: string, url: URL): boolean =>
  (url.href === text || url.href === `${text}/`) &&
  url.search === "" &&
  url.hash === "" &&
  url.username === "";

const complaintAbout = (text: string): string | undefined => {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || !isPlain(text, url)) {
    return "write the issuer's address, like https://login.acme.test/realms/acme";
  }
  // What is there says which issuer to believe (mix-up).
  if (url.pathname.includes("/.well-known/")) return "leave out /.well-known/ and what follows";
  return isOneTenant(url) ? undefined : "write your own tenant by its id, in small letters";
};

const issuer = Schema.String.check(Schema.makeFilter((text: string) => complaintAbout(text)));

/** Whose claims these are: where its groups and roles stand. */
export const presets = ["keycloak", "zitadel", "entra", "google", "generic"] as const;
export type Preset = (typeof presets)[number];

export const algorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "EdDSA",
] as const;

/** Clocks may be this far apart, in seconds, as openid-client has it. */
export const skew = 30;

const preset = Schema.Literals(presets);
const algorithm = Schema.Literals(algorithms);

/** Entra's `sub` is another one in each application: by another client's, everybody would be somebody new, or somebody else. */
const strangersOfEntra = (settings: {
  readonly issuer: string;
  readonly preset: Preset;
  readonly clientId: string;
  readonly acceptedAudiences: string;
}) => {
  const others = listIn(settings.acceptedAudiences).some((one) => one !== settings.clientId);
  return others && (settings.preset === "entra" || isEntra(URL.parse(settings.issuer)?.hostname ?? ""))
    ? {
        path: ["acceptedAudiences"],
        issue:
          "write no other client than the connection's own: Entra calls a person otherwise in each application",
      }
    : undefined;
};

export const Settings = Schema.Struct({
  issuer,
  clientId: present,
  clientSecret: Schema.RedactedFromValue(present),
  preset: preset.pipe(Schema.withDecodingDefaultKey(Effect.succeed("generic" as const))),
  scopes: present.pipe(Schema.withDecodingDefaultKey(Effect.succeed("openid profile email"))),
  groupsClaim: Schema.String.pipe(Schema.withDecodingDefaultKey(Effect.succeed(""))),
  absentIsEmpty: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  algorithm: algorithm.pipe(Schema.withDecodingDefaultKey(Effect.succeed("RS256" as const))),
  acceptedAudiences: listed.pipe(Schema.withDecodingDefaultKey(Effect.succeed(""))),
}).check(Schema.makeFilter(strangersOfEntra));
export type Settings = typeof Settings.Type;

export const fields: ReadonlyArray<Field> = [
  field(
    "issuer",
    "Issuer",
    "The provider's address as its tokens name it: https://login.acme.test/realms/acme",
    { calls: true },
  ),
  field("clientId", "Client ID", "A confidential client of the provider."),
  field("clientSecret", "Client secret", "Of the same client.", { secret: true }),
  field("preset", "Provider", `Where groups and roles stand in its claims: ${presets.join(", ")}.`, {
    default: "generic",
  }),
  field("scopes", "Scopes", "What is asked for, with spaces between; openid must be among them.", {
    default: "openid profile email",
  }),
  field(
    "groupsClaim",
    "Groups claim",
    "The claim that lists groups, where it is not the provider's usual one.",
    {
      default: "",
    },
  ),
  field(
    "absentIsEmpty",
    "A missing claim means no groups, no roles",
    "Keycloak leaves a claim out for people without groups, or without roles. With this, so does whoever switches its mapper off. Not for replies that products bring.",
    { type: "boolean", default: "false" },
  ),
  field(
    "algorithm",
    "Signature",
    `The one algorithm that ID tokens may be signed with: ${algorithms.join(", ")}.`,
    {
      default: "RS256",
    },
  ),
  field(
    "acceptedAudiences",
    "IDs of products",
    "Client IDs of products that bring replies of their own, with spaces between; the connection's own too, where a product shares it.",
    { default: "" },
  ),
];
