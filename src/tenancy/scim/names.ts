/** The domains of email addresses, in the one form in which domains are compared. */
import { domainOf } from "../../domain/index.ts";

/** The domain of an email address. Undefined where it is none, or where readers could differ about which it is. */
export const emailDomainOf = (address: string): string | undefined => {
  const [local = "", domain = "", ...more] = address.split("@");
  return local === "" || more.length > 0 ? undefined : domainOf(domain);
};
