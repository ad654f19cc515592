/** Which operation an address and a method mean: one table. */
import { Effect } from "effect";
import { NotSupported } from "../domain/index.ts";
import type { MappingCache } from "../sync/index.ts";
import type { ScimAnswer, ScimContext } from "./context.ts";
import { readDiscovery } from "./discovery.ts";
import type { ScimFailure } from "./failure.ts";
import { createGroup, patchGroup, readGroup, removeGroup, replaceGroup } from "./groups.ts";
import { listAllGroups, listAllUsers, listEverything, searchWith } from "./query/index.ts";
import { listAllRoles, readRole } from "./roles.ts";
import { createUser, patchUser, readUser, removeUser, replaceUser } from "./users.ts";

type Work = Effect.Effect<ScimAnswer, ScimFailure, MappingCache>;
type Operation = (context: ScimContext, id: string, body: unknown) => Work;
type Methods = Readonly<Record<string, Operation>>;

const megabyte = 1024 * 1024;

interface Resource {
  readonly bodyLimit: number;
  readonly whole: Methods;
  /** `POST …/.search`: the list with its parameters in the body (RFC 7644 §3.4.3). */
  readonly search?: Operation;
  readonly one: Methods;
}

const discovery = (name: "ServiceProviderConfig" | "Schemas" | "ResourceTypes"): Resource => ({
  bodyLimit: megabyte,
  whole: { GET: (context) => readDiscovery(context, name, undefined) },
  one: name === "ServiceProviderConfig" ? {} : { GET: (context, id) => readDiscovery(context, name, id) },
});

/** RFC 7644 §3.11: a token stands for a connection, not for a person, so nobody is "me". */
const nobody = () =>
  Effect.fail(
    new NotSupported({ detail: "A SCIM token is no person: /Me is not offered. Ask /Users with a filter." }),
  );

const resources: Readonly<Record<string, Resource>> = {
  Users: {
    bodyLimit: megabyte,
    whole: { GET: listAllUsers, POST: (context, _, body) => createUser(context, body) },
    search: (context, _, body) => searchWith(context, body, listAllUsers),
    one: { GET: readUser, PUT: replaceUser, PATCH: patchUser, DELETE: removeUser },
  },
  Groups: {
    bodyLimit: 32 * megabyte,
    whole: { GET: listAllGroups, POST: (context, _, body) => createGroup(context, body) },
    search: (context, _, body) => searchWith(context, body, listAllGroups),
    one: { GET: readGroup, PUT: replaceGroup, PATCH: patchGroup, DELETE: removeGroup },
  },
  Roles: {
    bodyLimit: megabyte,
    whole: { GET: listAllRoles },
    search: (context, _, body) => searchWith(context, body, listAllRoles),
    one: { GET: readRole },
  },
  ".search": {
    bodyLimit: megabyte,
    whole: { POST: (context, _, body) => searchWith(context, body, listEverything) },
    one: {},
  },
  Me: {
    bodyLimit: megabyte,
    whole: { GET: nobody, POST: nobody, PUT: nobody, PATCH: nobody, DELETE: nobody },
    one: {},
  },
  ServiceProviderConfig: discovery("ServiceProviderConfig"),
  Schemas: discovery("Schemas"),
  ResourceTypes: discovery("ResourceTypes"),
};

export type Found =
  | { readonly _tag: "Operation"; readonly run: Operation; readonly id: string; readonly bodyLimit: number }
  | { readonly _tag: "Bulk" }
  | { readonly _tag: "NoAddress" }
  | { readonly _tag: "NoMethod"; readonly allowed: ReadonlyArray<string> };

const withBody = new Set(["POST", "PUT", "PATCH"]);
export const takesBody = (method: string): boolean => withBody.has(method);

const methodsOf = ({ whole, search, one }: Resource, id: string | undefined): Methods => {
  if (id === undefined) return whole;
  return id === ".search" && search !== undefined ? { POST: search } : one;
};

/** Where there is GET, there is HEAD: the same without the body (RFC 7231 §4.3.2). */
const allowedBy = (methods: Methods): ReadonlyArray<string> =>
  Object.keys(methods).flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));

/** Finds the operation for the path below `/scim/v2`. A bulk request is many, so it is named apart. */
export const findOperation = (method: string, [name = "", id, ...rest]: ReadonlyArray<string>): Found => {
  if (name === "Bulk" && id === undefined) {
    return method === "POST" ? { _tag: "Bulk" } : { _tag: "NoMethod", allowed: ["POST"] };
  }
  const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
  if (resource === undefined || rest.length > 0) return { _tag: "NoAddress" };
  const methods = methodsOf(resource, id);
  const asked = method === "HEAD" ? "GET" : method;
  const run = Object.hasOwn(methods, asked) ? methods[asked] : undefined;
  const allowed = allowedBy(methods);
  if (allowed.length === 0) return { _tag: "NoAddress" };
  if (run === undefined) return { _tag: "NoMethod", allowed };
  return { _tag: "Operation", run, id: id ?? "", bodyLimit: resource.bodyLimit };
};
