/**
 * Owns the management surface: the GraphQL schema, which scope each field needs, what a document may cost, how
 * failures look. Does not own who may see which organization and what a command does (tenancy): it asks there.
 */
export { graphqlRoutes } from "./routes.ts";
