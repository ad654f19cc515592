/** The addresses below `/v1`. */
import { Layer } from "effect";
import { HttpApiBuilder } from "effect/http-api";
import { readingFor } from "./access.ts";
import { findOne, readPermission, readRoles } from "./accounts.ts";
import { answered, edge } from "./answer.ts";
import { Api } from "./api.ts";
import { readLogin } from "./logins.ts";
import { Account, Login, Permission, Roles } from "./schema.ts";
import { verifyFor } from "./verify.ts";

const accounts = HttpApiBuilder.group(Api, "accounts", (handlers) =>
  handlers.handleAll({
    findAccount: ({ request, query }) =>
      answered(
        request,
        Account,
        readingFor(request, (tx) => findOne(tx, query)),
      ),
    readRoles: ({ request, params }) =>
      answered(
        request,
        Roles,
        readingFor(request, (tx) => readRoles(tx, params.account)),
      ),
    mayDo: ({ request, params, query }) =>
      answered(
        request,
        Permission,
        readingFor(request, (tx) => readPermission(tx, params.account, params.permission, query.scope)),
      ),
  }),
);

const logins = HttpApiBuilder.group(Api, "logins", (handlers) =>
  handlers
    .handle("readLogin", ({ request, params }) =>
      answered(
        request,
        Login,
        readingFor(request, (tx, application) => readLogin(tx, application, params.login)),
      ),
    )
    // Raw: the body is read as strictly as everywhere. Whoever hangs up must not leave a reply used and no login made.
    .handleRaw("verifyLogin", ({ request, params }) => verifyFor(request, params.connection), {
      uninterruptible: true,
    }),
);

/** What applications read, and at `/v1/openapi.json` how. */
export const restRoutes = HttpApiBuilder.layer(Api, { openapiPath: "/v1/openapi.json" }).pipe(
  Layer.provide(Layer.provide(Layer.merge(accounts, logins), edge)),
);
