/** Owns plans in the schema: their types, their queries, their mutations. */
import "./orders.ts";
import "./plan.ts";
