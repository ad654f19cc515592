/**
 * Owns what an organization settles about SCIM as a whole: its switches, its domains and the proof of them. Does not
 * own connections or how SCIM is spoken.
 */
export { TxtRecords } from "./dns.ts";
export {
  claimDomain,
  type DomainCheck,
  recordName,
  recordValue,
  removeDomain,
  verifyDomain,
  viewDomains,
} from "./domains.ts";
export { emailDomainOf } from "./names.ts";
export { changeScimSwitches, type SwitchChange, viewScimSwitches } from "./settings.ts";
