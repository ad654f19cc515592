/** What an operator is given to have a login tried out: sealed for one connection. */
import { Effect, Schema } from "effect";
import { type ConnectionId, OperatorId, type OrganizationId } from "../../domain/index.ts";
import { newId } from "../../store/index.ts";
import { type Bound, openFor, type Purpose, sealFor } from "../sealed.ts";

/** `id`: by which it is used up. `operator`: who asked for it. */
const Ticket = Schema.Struct({ id: Schema.String, operator: OperatorId });

/** How long an address for a test may be opened. */
export const ticketSeconds = 600;

const trial: Purpose<typeof Ticket.Type> = { name: "test login", holds: Ticket, seconds: ticketSeconds };

const boundTo = (organization: OrganizationId, connection: ConnectionId): Bound => ({
  organization,
  binding: `test|${organization}|${connection}`,
});

/** For an address. */
export const newTicket = (organization: OrganizationId, connection: ConnectionId, operator: OperatorId) =>
  Effect.map(
    sealFor(trial, boundTo(organization, connection), { id: newId(), operator }),
    ({ text, until }) => ({ text: Buffer.from(text, "base64").toString("base64url"), until }),
  );

/** Undefined where we did not seal it for this very connection, or where its time is over. */
export const openTicket = (organization: OrganizationId, connection: ConnectionId, text: string) =>
  Effect.map(openFor(trial, boundTo(organization, connection), text), (opened) =>
    opened === undefined ? undefined : { ...opened.value, until: opened.until },
  );
