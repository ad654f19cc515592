/**
 * SAML 2.0 providers that people sign in with. Owns the protocol's messages, all that is looked at in them, and each
 * provider's attributes; knows neither browsers nor sessions nor roles.
 */
import { Clock, Effect, Result } from "effect";
import {
  ConnectorFailure,
  connector,
  type Describing,
  isSame,
  type Lack,
  Outbound,
  type OutboundRules,
} from "../connector.ts";
import { certificatesIn } from "./certificates.ts";
import { ownKeys, signingKeyIn } from "./keys/index.ts";
import { makeLogin } from "./login.ts";
import { compare, fetchMetadata, readMetadata } from "./provider/index.ts";
import { fields, Settings } from "./settings.ts";

const month = 30 * 24 * 3_600_000;

const describing: Describing = {
  fills: ["idpEntityId", "ssoUrl", "certificates"],
  address: "metadataUrl",
  fetch: (address) => Effect.flatMap(Outbound, (rules) => fetchMetadata(rules, address)),
  read: (document, now, { idpEntityId = "" }) =>
    Result.map(readMetadata(document, now, String(idpEntityId)), ({ certificates, ...said }) => ({
      ...said,
      certificates: certificates.map(String).join(""),
    })),
  compare,
};

const ending = ({ certificates }: Settings, now: number): ReadonlyArray<Lack> =>
  (certificatesIn(certificates) ?? [])
    .filter(({ validTo }) => Date.parse(validTo) < now + month)
    .map(({ validTo }) => ({
      what: `a pinned certificate that is valid beyond ${validTo}`,
      remedy: "Ask the provider for its next signing certificate and add it to the settings beside this one.",
      soon: true,
    }));

const look =
  "Look at the difference, and approve it if it is right: rolebridge connection metadata CONNECTION";

/** What the provider says of itself now, against what is pinned. It changes nothing. */
const moved = ({ ownKeys: _, ...settings }: Settings, rules: OutboundRules, now: number) =>
  fetchMetadata(rules, settings.metadataUrl).pipe(
    Effect.flatMap((document) => Effect.fromResult(describing.read(document, now, settings))),
    Effect.map(
      (described): ReadonlyArray<Lack> =>
        isSame(compare(settings, described))
          ? []
          : [
              {
                what: "what the provider's metadata says now, which is not what is pinned",
                remedy: look,
                soon: true,
              },
            ],
    ),
    Effect.catch((failure) =>
      Effect.succeed<ReadonlyArray<Lack>>([
        {
          what: `the provider's metadata: ${typeof failure === "string" ? failure : failure.detail}`,
          remedy: "Logins go on with what is pinned. Look at the address, or empty metadataUrl.",
          soon: true,
        },
      ]),
    ),
  );

/** No login can be tried. Certificates and metadata tell when the provider will sign with others. */
const probe = (settings: Settings, rules: OutboundRules) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis;
    const isRead = settings.metadataUrl !== "";
    const lacks = [
      ...ending(settings, now),
      ...ourEnding(settings, now),
      ...(isRead ? yield* moved(settings, rules, now) : []),
    ];
    const latencyMillis = (yield* Clock.currentTimeMillis) - now;
    const sees = isRead ? "the provider's metadata" : "nothing before somebody signs in";
    return { latencyMillis, version: null, sees: [sees], lacks };
  });

const keyless = new ConnectorFailure({
  reason: "refused",
  detail: "signRequests: this connection has no key yet. Make one: rolebridge login key CONNECTION --next",
});

const ourEnding = ({ ownKeys: kept }: Settings, now: number): ReadonlyArray<Lack> =>
  ownKeys
    .list(kept)
    .filter(({ state, validUntil }) => state === "current" && validUntil < now + month)
    .map(({ validUntil }) => ({
      what: `a key of our own whose certificate is valid beyond ${new Date(validUntil).toISOString()}`,
      remedy: "Make the next one, and have the provider learn it: rolebridge login key CONNECTION --next",
      soon: true,
    }));

export const saml = connector({
  kind: "saml",
  title: "SAML 2.0",
  settings: Settings,
  fields,
  signsIn: true,
  // A preset may name the attribute that is the subject.
  naming: ["idpEntityId", "preset", "subjectAttribute"],
  describing,
  ownKeys,
  open: Effect.fnUntraced(function* (settings) {
    if (settings.signRequests && signingKeyIn(settings.ownKeys) === undefined) return yield* keyless;
    return { probe: probe(settings, yield* Outbound), login: makeLogin(settings) };
  }),
});
