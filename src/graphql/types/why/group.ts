import { Effect } from "effect";
import { fold, isUuid } from "../../../domain/index.ts";
import { rulesLookingAt } from "../../../mapping/index.ts";
import {
  groupsCalled,
  type RoleCount as RoleCountModel,
  rolesByGroup,
  type TenantTx,
} from "../../../store/index.ts";
import { publishedMapping } from "../../../sync/index.ts";
import { inOrganization } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { GroupKind } from "../enums.ts";
import { connectionSlugs } from "../event.ts";
import { Organization } from "../organization.ts";
import { RoleCount } from "./coverage.ts";

type Found = Effect.Success<ReturnType<typeof groupsCalled>>[number];

interface LeadModel extends Found {
  readonly connection: string;
  readonly rules: ReadonlyArray<string>;
  readonly roles: ReadonlyArray<RoleCountModel>;
}

const GroupLead = builder.objectRef<LeadModel>("GroupLead").implement({
  description:
    "Where a group leads: the rules that look at it, and the roles that people have because of it.",
  authScopes: { permission: "account:read" },
  fields: (t) => ({
    id: t.exposeID("id"),
    connection: t.exposeString("connection"),
    kind: t.expose("kind", { type: GroupKind }),
    name: t.exposeString("name"),
    rules: t.stringList({
      description: "Also those that want people not to be in it.",
      resolve: ({ rules }) => [...rules],
    }),
    roles: t.expose("roles", { type: [RoleCount] }),
  }),
});

const leadsOf = Effect.fnUntraced(function* (tx: TenantTx, wanted: string) {
  const groups = yield* groupsCalled(tx, isUuid(wanted) ? { id: wanted } : { key: fold(wanted.trim()) });
  const slugs = yield* connectionSlugs(tx);
  const { mapping } = yield* publishedMapping(tx);
  return yield* Effect.forEach(groups, (group) =>
    Effect.map(rolesByGroup(tx, group.id), (roles): LeadModel => {
      const connection = slugs.get(group.connectionId) ?? "";
      return { ...group, connection, roles, rules: rulesLookingAt(mapping, group, connection) };
    }),
  );
});

builder.objectField(Organization, "groupLeads", (t) =>
  t.field({
    type: [GroupLead],
    description:
      "By the group's id, or its name in any case. Several where several are called so, at most fifty.",
    authScopes: { permission: "account:read" },
    args: { group: t.arg.string({ required: true }) },
    resolve: (organization, { group }, { caller, run }) =>
      run(inOrganization(caller, organization, "account:read", (tx) => leadsOf(tx, group))),
  }),
);
