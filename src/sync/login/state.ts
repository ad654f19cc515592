/** What is kept of a person who signed in. */
import type { UserFact } from "../../../connectors/connector.ts";
import type { ConnectionId } from "../../domain/index.ts";
import { type UserState, userState } from "../../store/index.ts";

/**
 * What somebody calls themselves at a login is no name to be known by: no other source's userName is equal to this key,
 * in either direction.
 */
export const loginState = (connection: ConnectionId, { id, resource }: UserFact): UserState => ({
  ...userState({ ...resource, externalId: id }, true),
  userNameKey: `login:${connection}:${id}`,
});
