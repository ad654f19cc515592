/** One-time handles: an id that says where to look, and a secret of which only the hash is kept. */
import { randomBytes } from "node:crypto";
import { newId } from "../store/index.ts";
import { hashOf } from "../tenancy/index.ts";

export interface Handle {
  readonly id: string;
  readonly hash: string;
}

const form = /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\.([A-Za-z0-9_-]{43})$/;

const newSecret = () => randomBytes(32).toString("base64url");

/** `text` is shown once; the rest is kept. */
export const newHandle = (): Handle & { readonly text: string } => {
  const [id, secret] = [newId(), newSecret()];
  return { id, hash: hashOf(secret), text: `${id}.${secret}` };
};

/** Undefined where it cannot be one of ours. */
export const readHandle = (text: string | undefined): Handle | undefined => {
  const [, id, secret] = form.exec(text ?? "") ?? [];
  return id === undefined || secret === undefined ? undefined : { id, hash: hashOf(secret) };
};
