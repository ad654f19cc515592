import type { Diagnosis, LedgerEntry as LedgerEntryModel } from "../../../tenancy/index.ts";
import { builder } from "../../builder.ts";
import { Coverage } from "../enums.ts";
import { Lack } from "./connector.ts";
import { Sync } from "./sync.ts";

const LedgerEntry = builder.objectRef<LedgerEntryModel>("LedgerEntry").implement({
  description: "Changes of one sort: what tells them, and after how long at worst.",
  authScopes: { permission: "connection:write" },
  fields: (t) => ({
    what: t.exposeString("what"),
    coveredBy: t.expose("coveredBy", { type: Coverage }),
    worstSeconds: t.exposeInt("worstSeconds", {
      nullable: true,
      description: "From when the system can tell until it is seen here, when all goes well; null: never.",
    }),
    remedy: t.exposeString("remedy", { nullable: true, description: "What a person may do about it." }),
  }),
});

export const ConnectionDiagnosis = builder.objectRef<Diagnosis>("ConnectionDiagnosis").implement({
  description: "What a connection sees right now, and what it does not see at once.",
  authScopes: { permission: "connection:write" },
  fields: (t) => ({
    slug: t.exposeString("slug"),
    latencyMillis: t.exposeFloat("latencyMillis", { nullable: true, description: "Of one request." }),
    version: t.exposeString("version", { nullable: true, description: "Where the system tells." }),
    sees: t.stringList({ resolve: ({ sees }) => [...sees] }),
    lacks: t.expose("lacks", { type: [Lack] }),
    reason: t.exposeString("reason", { nullable: true, description: "Null where it answered." }),
    detail: t.exposeString("detail", { nullable: true }),
    sync: t.expose("sync", {
      type: Sync,
      nullable: true,
      authScopes: { permission: "sync:read" },
      description: "How it is read.",
    }),
    ledger: t.expose("ledger", {
      type: [LedgerEntry],
      description:
        "What the system tells by itself, then all that it does not. Empty where it did not answer.",
    }),
  }),
});
