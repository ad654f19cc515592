/**
 * What a provider publishes about itself, where its protocol has a document for that: read once into settings, compared
 * with them later. It never changes a setting by itself.
 */
import type { Effect, Result } from "effect";
import type { JsonObject } from "../src/domain/index.ts";
import type { ConnectorFailure } from "./connector.ts";

/** A certificate on one or both sides of a comparison. Times in milliseconds since 1970. */
export interface ComparedCertificate {
  /** SHA-256 of the certificate, as 64 hexadecimal digits. */
  readonly fingerprint: string;
  readonly validFrom: number;
  readonly validUntil: number;
  /** `added`: only the description names it. `removed`: only the settings do. */
  readonly change: "kept" | "added" | "removed";
}

export interface Comparison {
  /** Settings that the description has otherwise, certificates apart. */
  readonly settings: ReadonlyArray<{
    readonly name: string;
    readonly before: string;
    readonly after: string;
  }>;
  readonly certificates: ReadonlyArray<ComparedCertificate>;
}

/** Settings by name, as they are stored. */
export type Described = Readonly<Record<string, string>>;

export interface Describing {
  /** The settings that a description gives. */
  readonly fills: ReadonlyArray<string>;
  /** The setting that says where the provider publishes it. Empty: nowhere that we know. */
  readonly address: string;
  /** Through the egress guard, within its limits. */
  readonly fetch: (address: string) => Effect.Effect<string, ConnectorFailure>;
  /**
   * A sentence where it is not to be believed, `now` in milliseconds since 1970. With the settings of a connection it must
   * be of the very provider that they name.
   */
  readonly read: (document: string, now: number, settings: JsonObject) => Result.Result<Described, string>;
  readonly compare: (settings: JsonObject, described: Described) => Comparison;
}

export const isSame = ({ settings, certificates }: Comparison): boolean =>
  settings.length === 0 && certificates.every(({ change }) => change === "kept");
