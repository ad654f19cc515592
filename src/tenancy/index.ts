/**
 * Owns who may reach what: organizations and how they come to be, operators, tokens. Does not own what is in an
 * organization's directory or mapping.
 */
export * from "./token.ts";
