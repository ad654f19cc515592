/** An operator asks for an address by which a login is tried out. Nothing is written. */
import { Effect } from "effect";
import { InvalidValue } from "../../domain/index.ts";
import { ServerAddress } from "../../http/index.ts";
import { type Caller, inOrganization, loginConnection, type Target } from "../../tenancy/index.ts";
import { testOf } from "../place.ts";
import { newTicket } from "./ticket.ts";

/** Where to open it, and until when. Whoever opens it first uses it up. */
export const askForTrial = (caller: Caller, target: Target, slug: string) =>
  inOrganization(
    caller,
    target,
    "login:write",
    Effect.fnUntraced(function* (tx, _origin, organization) {
      const { publicUrl } = yield* ServerAddress;
      const found = yield* loginConnection(tx, slug);
      if (!found.enabled) {
        return yield* new InvalidValue({
          detail: `connection: ${slug} is disabled. Enable it first: rolebridge connection enable ${slug}`,
        });
      }
      const { text, until } = yield* newTicket(tx.organization, found.id, caller.id);
      const place = { organization: organization.slug, connection: slug };
      return { url: testOf(publicUrl, place, text), until };
    }),
  );
