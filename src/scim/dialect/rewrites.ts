/**
 * The table of departures from the RFC that clients are known to make. Adding one is adding a row. Order matters
 * within a column: operations are lower-cased before others look at them, roles unpacked before they are wrapped.
 *
 * Not here, because the RFC already has it: capitalised sub-attribute names such as `emails[…].Value` (RFC 7643
 * §2.1, names are case-insensitive) and URNs in `schemas` that nobody defines (ignored). In the filter itself:
 * `roles[primary eq "True"]` and `emails[…].value eq "x"`, which have no other meaning.
 */
import { modernSchemas, modernUrn, nestKeys, qualifyName, spellUrn, splitKeys } from "./names.ts";
import {
  dropReadOnly,
  dropSingleFilter,
  lowerOp,
  replaceOrCreate,
  replaceWhole,
  unpackValue,
} from "./operations.ts";
import type { Rewrite } from "./rewrite.ts";
import { booleanFromText, objectFromText, rolesFromText, unwrapSingle, wrapMany } from "./values.ts";

const compatibility = "entra-docs application-provisioning-config-problem-scim-compatibility.md";
const useScim = "entra-docs use-scim-to-provision-users-and-groups.md";
const attributes = "entra-docs customize-application-attributes.md";
const oneLogin = "goauthentik/authentik#11249; scim.dev/guide/applications/onelogin, SCIM JSON Template";
const oktaScim = "okta-developer-docs docs/reference/scim/scim-20";

export const rewrites: readonly Rewrite[] = [
  {
    name: "capitalised-op",
    vendor: "Entra",
    what: `"Add", "Replace" and "Remove" for "add", "replace" and "remove".`,
    source: useScim,
    operation: lowerOp,
  },
  {
    name: "misspelt-enterprise-urn",
    vendor: "Entra",
    what: "…:enterprise:2.0User for …:enterprise:2.0:User.",
    source: `${useScim}, create user example`,
    attributeName: spellUrn,
  },
  {
    name: "early-enterprise-urn",
    vendor: "OneLogin",
    what: "urn:scim:schemas:extension:enterprise:1.0 or :2.0 for the enterprise extension.",
    source: oneLogin,
    attributeName: modernUrn,
  },
  {
    name: "early-core-urn",
    vendor: "OneLogin",
    what: "urn:scim:schemas:core:1.0 or :2.0 in schemas for the core schema.",
    source: oneLogin,
    resource: modernSchemas,
  },
  {
    name: "unqualified-extension-name",
    vendor: "Entra",
    what: "manager or department without the URN of the enterprise extension.",
    source: `${useScim} example 4; apache/directory-scimple#1242`,
    attributeName: qualifyName,
  },
  {
    name: "nested-by-name",
    vendor: "Entra",
    what: "Dotted and URN-qualified keys in a resource.",
    source: useScim,
    resource: nestKeys,
  },
  {
    name: "value-in-a-string",
    vendor: "scim-for-keycloak",
    what: "A PATCH value without path as JSON in a string.",
    source: "Captain-P-Goldfish/scim-for-keycloak#172",
    operation: unpackValue,
  },
  {
    name: "dotted-key",
    vendor: "Entra",
    what: "Dotted and URN-qualified keys in a PATCH value without path.",
    source: `${compatibility}; thomaspoignant/scim-patch#132`,
    operation: splitKeys,
  },
  {
    name: "read-only-in-value",
    vendor: "Okta",
    what: "id and other readOnly attributes in a PATCH value without path.",
    source: `${oktaScim}, update group`,
    operation: dropReadOnly,
  },
  {
    name: "filter-on-single-value",
    vendor: "Entra",
    what: `Removing the manager by manager[value eq "…"].`,
    source: "thomaspoignant/scim-patch#453",
    operation: dropSingleFilter,
  },
  {
    name: "replace-creates-element",
    vendor: "Entra",
    what: `replace emails[type eq "work"].value where there is no such element.`,
    source: "Captain-P-Goldfish/SCIM-SDK#416; ssoready/ssoready#249",
    operation: replaceOrCreate,
  },
  {
    name: "role-in-a-string",
    vendor: "Entra",
    what: "Roles as JSON in a string, with displayName for display.",
    source: `${attributes}; buildbuddy-io/buildbuddy#10578`,
    value: rolesFromText,
  },
  {
    name: "array-for-single-value",
    vendor: "Entra",
    what: "A single-valued attribute, mostly manager, as an array of one.",
    source: "Captain-P-Goldfish/SCIM-SDK#686",
    value: unwrapSingle,
  },
  {
    name: "object-for-many-values",
    vendor: "several",
    what: "One object for a multi-valued attribute; RFC 7644 §3.5.2.1 (“a new value is added”) can be read so.",
    source: "RFC 7644 §3.5.2.1",
    value: wrapMany,
  },
  {
    name: "manager-as-text",
    vendor: "Entra",
    what: "The manager's id alone for the manager object.",
    source: `${useScim}; MicrosoftDocs/azure-docs#73842`,
    value: objectFromText,
  },
  {
    name: "boolean-as-text",
    vendor: "Entra",
    what: `"True" and "False" for true and false.`,
    source: `${compatibility}; scim-for-keycloak#87`,
    value: booleanFromText,
  },
  {
    name: "unquoted-value",
    vendor: "Entra",
    what: "A filter's text without quotes.",
    source: useScim,
    bareWords: true,
  },
];

/** Where the interoperability profile means something else than the RFC by the same words. */
export const strictRewrites: readonly Rewrite[] = [
  {
    name: "replace-whole",
    vendor: "interoperability profile",
    what: "replace of a complex attribute leaves nothing of it; RFC 7644 §3.5.2.3 keeps what is not named.",
    source: "draft-zollner-scim-interop-profile-02, complex attribute operations",
    operation: replaceWhole,
  },
];
