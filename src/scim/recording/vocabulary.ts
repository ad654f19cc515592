/**
 * The words that a recording keeps as they are: names of attributes, and values that the protocol itself gives. A name
 * that is not here may be a customer's own, and becomes a pseudonym as any value does.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().split(/\s+/));

/** RFC 7643 and 7644, and what clients send beside them (see the journeys in `test/payloads`). */
const names =
  words(`schemas id externalId meta resourceType created lastModified location version userName name
  formatted familyName givenName middleName honorificPrefix honorificSuffix displayName nickName profileUrl title
  userType preferredLanguage locale timezone active password emails phoneNumbers ims photos addresses groups
  entitlements roles x509Certificates value display type primary $ref streetAddress locality region postalCode
  country employeeNumber costCenter organization division department manager managerId members Operations op path
  method bulkId data response status failOnErrors totalResults itemsPerPage startIndex Resources detail scimType
  nextCursor previousCursor filter count sortBy sortOrder attributes excludedAttributes cursor`);

const urnWords =
  words(`urn ietf params scim schemas schema extension core api messages user group enterprise custom
  patchop listresponse searchrequest error bulkrequest bulkresponse`);

const segments = words(
  "scim v2 users groups schemas resourcetypes serviceproviderconfig bulk me roles .search bulkid",
);

/** Of the attribute named. Whoever sends something else there has written it themselves. */
const values: Readonly<Record<string, ReadonlySet<string>>> = {
  op: words("add replace remove"),
  method: words("get post put patch delete"),
  type: words("work home other mobile fax pager photo thumbnail direct indirect user group untyped"),
  resourcetype: words("user group schema resourcetype serviceproviderconfig"),
  scimtype: words(`invalidFilter tooMany uniqueness mutability invalidSyntax invalidPath noTarget invalidValue
    invalidVers sensitive invalidCursor expiredCursor invalidCount`),
  sortorder: words("ascending descending"),
};

/** Sent by Entra with every group; in itself no name of anybody. */
const entraGroup = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group".toLowerCase();

export const isKnownName = (name: string): boolean => names.has(name.toLowerCase());
export const isUrnWord = (word: string): boolean =>
  urnWords.has(word.toLowerCase()) || /^[12]\.0(user|group)?$/i.test(word);
export const isSegment = (segment: string): boolean => segments.has(segment.toLowerCase());

export const isKnownValue = (attribute: string, value: string): boolean => {
  const name = attribute.toLowerCase();
  if (/^(true|false)$/i.test(value) || value.toLowerCase() === entraGroup) return true;
  if (name === "status") return /^[1-5]\d\d$/.test(value);
  return values[name]?.has(value.toLowerCase()) === true;
};
