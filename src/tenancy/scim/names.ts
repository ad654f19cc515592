/** Domain names and email addresses, in the one form in which they are compared. */
import { domainToASCII } from "node:url";

/** Letters and digits of any script, hyphens and full stops: nothing that an escape or an address could hide in. */
const plain = /^[\p{L}\p{M}\p{N}.\u3002\uff0e\uff61-]{1,253}$/u;
const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/**
 * The name in lower-case ASCII (IDNA): names that look alike and are not the same stay two. Undefined where it is no
 * domain's name, has one label only, or is an IP address.
 */
export const domainOf = (text: string): string | undefined => {
  if (!plain.test(text)) return undefined;
  const name = domainToASCII(text);
  const labels = name.split(".");
  const last = labels.at(-1) ?? "";
  const good = name.length <= 253 && labels.length > 1 && labels.every((one) => label.test(one));
  return good && !/^\d+$/.test(last) ? name : undefined;
};

/** The domain of an email address. Undefined where it is none, or where readers could differ about which it is. */
export const emailDomainOf = (address: string): string | undefined => {
  const [local = "", domain = "", ...more] = address.split("@");
  return local === "" || more.length > 0 ? undefined : domainOf(domain);
};
