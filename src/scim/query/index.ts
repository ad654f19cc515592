/**
 * Owns queries: filter, order, pages by index and by cursor, `.search`, and the list they are answered by. Does not
 * own how a resource looks (`users.ts`, `groups.ts`) or how it is found (store).
 */
export { openCursor, sealCursor } from "./cursor.ts";
export { listAllGroups, listAllUsers, listEverything } from "./list.ts";
export { listResponse, onPage, pageResponse, windowOf } from "./page.ts";
export { searchWith } from "./search.ts";
export { readOrder } from "./sort.ts";
