/** Roles for people who are not here yet. */
import { Effect } from "effect";
import { type InvitationRow, listInvitations, operatorNames, type TenantTx } from "../../../store/index.ts";
import {
  countOf,
  type InvitedAnswer,
  idOf,
  inOrganization,
  invite,
  uninvite,
} from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Organization } from "../organization.ts";

interface InvitationModel extends InvitationRow {
  readonly operator: string | null;
}

const Invitation = builder.objectRef<InvitationModel>("Invitation").implement({
  description: "A role for whoever comes with an email address.",
  authScopes: { oneOf: ["grant:read", "grant:write"] },
  fields: (t) => ({
    id: t.exposeID("id"),
    email: t.exposeString("email"),
    role: t.exposeString("role"),
    scope: t.exposeString("scope", { description: "What it is limited to; empty where it is not." }),
    reason: t.exposeString("reason", { description: "In the operator's words." }),
    operator: t.exposeString("operator", { nullable: true }),
    at: t.expose("at", { type: "DateTime" }),
    until: t.expose("until", {
      type: "DateTime",
      nullable: true,
      description: "When it ends, and the role it gave.",
    }),
    endedAt: t.expose("endedAt", { type: "DateTime", nullable: true }),
    accountId: t.exposeID("account", { nullable: true, description: "Who used it." }),
  }),
});

const named = Effect.fnUntraced(function* (rows: ReadonlyArray<InvitationRow>) {
  const names = yield* operatorNames(rows.flatMap(({ actorId }) => actorId ?? []));
  return rows.map((row): InvitationModel => ({ ...row, operator: names.get(row.actorId ?? "") ?? null }));
});

interface Page {
  readonly items: ReadonlyArray<InvitationModel>;
  readonly next: string | null;
}

const InvitationPage = builder.objectRef<Page>("InvitationPage").implement({
  authScopes: { permission: "grant:read" },
  fields: (t) => ({
    items: t.expose("items", { type: [Invitation] }),
    next: t.exposeID("next", { nullable: true, description: "What to give as `before` for the next page." }),
  }),
});

interface Wanted {
  readonly first: number;
  readonly before?: string | null | undefined;
  readonly ended: boolean;
}

const readPage = Effect.fnUntraced(function* (tx: TenantTx, { first, before, ended }: Wanted) {
  const limit = yield* countOf("first", first);
  const from = before ? { before: yield* idOf("before", before) } : {};
  const rows = yield* listInvitations(tx, { limit: limit + 1, ended, ...from });
  const shown = rows.slice(0, limit);
  return { shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
});

builder.objectField(Organization, "invitations", (t) =>
  t.field({
    type: InvitationPage,
    description: "Newest first, 1 to 500 at once.",
    authScopes: { permission: "grant:read" },
    args: {
      first: t.arg.int({ required: true, defaultValue: 50 }),
      before: t.arg.id(),
      ended: t.arg.boolean({
        required: true,
        defaultValue: false,
        description: "Those that have ended too.",
      }),
    },
    resolve: (organization, args, { caller, run }) =>
      run(
        inOrganization(caller, organization, "grant:read", (tx) => readPage(tx, args)).pipe(
          Effect.flatMap(({ shown, next }) => Effect.map(named(shown), (items): Page => ({ items, next }))),
        ),
      ),
  }),
);

interface InvitedModel {
  readonly invitation: InvitationModel | null;
  readonly changed: boolean;
}

const Invited = builder.objectRef<InvitedModel>("Invited").implement({
  authScopes: { permission: "grant:write" },
  fields: (t) => ({
    invitation: t.expose("invitation", { type: Invitation, nullable: true }),
    changed: t.exposeBoolean("changed", { description: "False where it was so already." }),
  }),
});

const invitedModel = ({ invitation, changed }: InvitedAnswer) =>
  Effect.map(named([invitation]), ([one]): InvitedModel => ({ invitation: one ?? null, changed }));

builder.mutationFields((t) => ({
  invite: t.field({
    type: Invited,
    description:
      "Whoever comes with this address has the role; of several the first. Refused where somebody has it.",
    authScopes: { permission: "grant:write" },
    args: {
      organization: t.arg.string({ required: true }),
      role: t.arg.string({ required: true }),
      email: t.arg.string({ required: true }),
      reason: t.arg.string({ required: true }),
      scope: t.arg.string(),
      until: t.arg({ type: "DateTime", description: "When the invitation ends, and the role it gave." }),
      createScope: t.arg.boolean({ required: true, defaultValue: false }),
    },
    resolve: (_root, { organization, scope, until, ...wanted }, { caller, run }) =>
      run(
        Effect.flatMap(
          invite(caller, organization, { ...wanted, scope: scope ?? null, until: until ?? null }),
          invitedModel,
        ),
      ),
  }),
  uninvite: t.field({
    type: Invited,
    description: "Ends an invitation that nobody has used.",
    authScopes: { permission: "grant:write" },
    args: { organization: t.arg.string({ required: true }), id: t.arg.id({ required: true }) },
    resolve: (_root, { organization, id }, { caller, run }) =>
      run(Effect.flatMap(uninvite(caller, organization, id), invitedModel)),
  }),
}));
