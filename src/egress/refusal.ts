/** Every sentence with which the guard stops something. */
import { ConnectorFailure } from "../../connectors/connector.ts";

const refused = (detail: string) => new ConnectorFailure({ reason: "refused", detail });
const unavailable = (detail: string) => new ConnectorFailure({ reason: "unavailable", detail });

const allow = (origin: string) =>
  `If ${origin} is meant, the operator of this server can allow it: ROLEBRIDGE_ALLOWED_ORIGINS=${origin}`;

export const notPublic = (address: string, origin: string) =>
  refused(`${address} is not a public address. ${allow(origin)}`);

export const notHttps = (origin: string) => refused(`${origin} is not https. ${allow(origin)}`);

export const noAddress = refused("This is not an https address; write one like https://keycloak.acme.test");

export const withLogin = refused(
  "An address must not hold a user name or password; take out what stands before the @.",
);

export const unresolved = (name: string) =>
  unavailable(`The name ${name} does not resolve; check its spelling and the name servers of this machine.`);

export const badAuthority = refused(
  "certificateAuthority must hold nothing but certificates in PEM form, each from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.",
);

export const untrusted = (origin: string, code: string) =>
  refused(
    `The certificate of ${origin} is not trusted (${code}). If an authority of your own signed it, give that authority's certificate as certificateAuthority.`,
  );

export const unusable = (origin: string, code: string) =>
  refused(`The certificate of ${origin} cannot be used (${code}); it has to be put right on that server.`);

export const otherName = (origin: string) =>
  refused(
    `The certificate of ${origin} was made for another name; use the name in it, or have one made for this.`,
  );

export const tooLarge = (origin: string, bytes: number) =>
  refused(`${origin} answered with more than ${bytes} bytes and was not read on; ask it for less at a time.`);

export const compressed = (origin: string) =>
  refused(
    `${origin} answered in a compressed form that was not asked for; switch compression off on that server.`,
  );

export const tooSlow = (origin: string) => unavailable(`${origin} did not answer in time.`);
