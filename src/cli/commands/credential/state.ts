import { moment } from "../../output/index.ts";

/** Does a token still open a door? */
export const stateOf = ({
  revokedAt,
  expiresAt,
}: {
  readonly revokedAt: string | null;
  readonly expiresAt: string | null;
}): string => {
  if (revokedAt !== null) return `revoked ${moment(revokedAt)}`;
  if (expiresAt === null) return "live";
  return `${Date.parse(expiresAt) > Date.now() ? "live until" : "expired"} ${moment(expiresAt)}`;
};
