/** Who manages Rolebridge, and what each may do. Deny by default: what is not listed is refused. */
export const operatorRoles = ["owner", "administrator", "reviewer", "auditor", "service"] as const;
export type OperatorRole = (typeof operatorRoles)[number];

export const permissions = [
  "organization:read",
  "organization:write",
  "connection:read",
  "connection:write",
  "sync:read",
  "sync:write",
  // What is written into outside systems.
  "push:read",
  "push:write",
  // Applications that people sign in to, how logins are taken, and their traces.
  "login:read",
  "login:write",
  "token:read",
  "token:write",
  "role:read",
  "role:write",
  "mapping:read",
  "mapping:write",
  "mapping:publish",
  "plan:approve",
  // To have the guard hold nothing.
  "guard:off",
  "account:read",
  "account:write",
  "grant:read",
  "grant:write",
  // Of roles marked as reserved, and to take that mark away.
  "grant:reserved",
  "exception:read",
  "exception:write",
  "event:read",
  "operator:read",
  "operator:write",
] as const;
export type Permission = (typeof permissions)[number];

const reading = permissions.filter((permission) => permission.endsWith(":read"));

const ofOwners: ReadonlySet<Permission> = new Set(["operator:write", "grant:reserved", "guard:off"]);

const table: Record<OperatorRole, ReadonlySet<Permission>> = {
  owner: new Set(permissions),
  administrator: new Set(permissions.filter((permission) => !ofOwners.has(permission))),
  reviewer: new Set<Permission>([
    "organization:read",
    "connection:read",
    "sync:read",
    "push:read",
    "login:read",
    "role:read",
    "mapping:read",
    "plan:approve",
    "account:read",
    "grant:read",
    "exception:read",
    "exception:write",
  ]),
  auditor: new Set(reading),
  service: new Set<Permission>(["organization:read", "role:read", "account:read"]),
};

export const mayDo = (role: OperatorRole, permission: Permission): boolean => table[role].has(permission);
