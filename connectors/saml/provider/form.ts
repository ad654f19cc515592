/**
 * Where in a metadata document the things stand that are read (SAML metadata §2.3 and §2.4), and in which order. What is
 * not read (extensions, other roles) may be there, and is passed by.
 */
import { childrenOf, nameOf } from "../message/index.ts";

const model = (children: string): RegExp => new RegExp(`^(?:${children})$`);

const roles =
  "(?:RoleDescriptor|IDPSSODescriptor|SPSSODescriptor|AuthnAuthorityDescriptor|AttributeAuthorityDescriptor|PDPDescriptor)";
const head = "(?:d:Signature )?(?:m:Extensions )?";
const people = "(?:m:Organization )?(?:m:ContactPerson )*";

const models: ReadonlyMap<string, RegExp> = new Map([
  ["m:EntitiesDescriptor", model(`${head}(?:m:EntityDescriptor )+`)],
  ["m:EntityDescriptor", model(`${head}(?:m:${roles} )+${people}(?:m:AdditionalMetadataLocation )*`)],
  [
    "m:IDPSSODescriptor",
    model(
      `${head}(?:m:KeyDescriptor )*${people}(?:m:ArtifactResolutionService )*(?:m:SingleLogoutService )*(?:m:ManageNameIDService )*(?:m:NameIDFormat )*(?:m:SingleSignOnService )+(?:m:NameIDMappingService )*(?:m:AssertionIDRequestService )*(?:m:AttributeProfile )*(?:a:Attribute )*`,
    ),
  ],
  ["m:KeyDescriptor", model("d:KeyInfo (?:m:EncryptionMethod )*")],
]);

/** Of one element, not of those in it. */
export const hasForm = (element: Element): boolean =>
  models.get(nameOf(element))?.test(
    childrenOf(element)
      .map((child) => `${nameOf(child)} `)
      .join(""),
  ) === true;
