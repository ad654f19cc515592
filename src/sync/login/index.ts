/**
 * Owns what a login says of a person and how long it is believed. Does not own whether the reply is to be believed
 * (connectors), nor browsers, codes and applications (login).
 */
export { askWhoseLogin, type Doubt, NotWelcome } from "./doubt.ts";
export { endPeople } from "./end.ts";
export { lapseLogins } from "./lapse.ts";
export { type Arrived, takeLogin } from "./take.ts";
