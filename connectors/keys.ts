/**
 * Key pairs of our own that a connection signs and decrypts with, where its protocol has a use for them. Made here, kept
 * sealed by the host, which sees only certificates.
 */
import type { Effect, Redacted, Result } from "effect";
import type { ConnectorFailure } from "./connector.ts";

/** `current` signs. `next` is only published, so that providers learn it beforehand. `old` still decrypts. */
export type KeyState = "current" | "next" | "old";

export interface OwnKey {
  readonly state: KeyState;
  /** SHA-256 of the certificate, as 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validUntil: number;
  /** PEM. */
  readonly certificate: string;
}

/** `next` makes one; the first is current at once. `activate`: it is current, and that before is old. `retire`: those that are old end. */
export const keySteps = ["next", "activate", "retire"] as const;
export type KeyStep = (typeof keySteps)[number];

/** A pair that is kept nowhere yet. */
export interface NewKey {
  /** PKCS 8, PEM. */
  readonly key: Redacted.Redacted<string>;
  readonly certificate: string;
}

export type KeyChange =
  | { readonly step: "next"; readonly made: NewKey }
  | { readonly step: Exclude<KeyStep, "next"> };

export interface OwnKeys {
  /** The name under which the host keeps them, and gives them with the settings. It is no setting that people write. */
  readonly secret: string;
  readonly list: (kept: Redacted.Redacted<string> | undefined) => ReadonlyArray<OwnKey>;
  /** Takes a while, up to seconds: nothing should wait for it. `name`: what its certificate is called by. */
  readonly make: (name: string) => Effect.Effect<NewKey>;
  /** What is to be kept instead. Fails with `refused` where the step does not fit what there is. */
  readonly change: (
    kept: Redacted.Redacted<string> | undefined,
    change: KeyChange,
  ) => Result.Result<Redacted.Redacted<string>, ConnectorFailure>;
}
