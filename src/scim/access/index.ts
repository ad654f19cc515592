/**
 * Owns who gets in: the forms of the address, the credentials, and the transaction that both lead to. Does not own
 * what is done inside.
 */
export { AddressForms, prefix, readAddress, type ScimAddress } from "./address.ts";
export { openSession, type Session } from "./session.ts";
