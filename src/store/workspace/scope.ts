import type { SystemTx, TenantTx } from "../store.ts";
import type { SystemTables } from "../tables/index.ts";

/** The system tables inside an organization's transaction: what changes here and its event commit together. */
export const systemIn = ({ em }: TenantTx): SystemTx => ({ em, db: em.getKysely<SystemTables>() });
