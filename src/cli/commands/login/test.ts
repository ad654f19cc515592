import { Argument } from "effect/cli";
import { changeOrganization, type Login, LoginTestAddress, textArgument } from "../../client/index.ts";
import { asking } from "../../define.ts";
import { moment } from "../../output/index.ts";

type Tested = NonNullable<Login["tested"]>;

const rolesText = (roles: Tested["rolesBefore"] | null): string => {
  if (roles === null) return "would not come in";
  const names = roles.map(({ role, scope }) => (scope === null ? role : `${role} in ${scope}`));
  return names.length === 0 ? "none" : names.join(", ");
};

/** What a test told of, for people. */
export const testedLines = ({ person, groups, rolesBefore, rolesAfter }: Tested): ReadonlyArray<string> =>
  person === null
    ? []
    : [
        `person       ${person.toLowerCase()}`,
        `groups       ${groups === null || groups.length === 0 ? "none" : groups.join(", ")}`,
        `roles before ${rolesText(rolesBefore)}`,
        `roles after  ${rolesText(rolesAfter)}`,
      ];

export const test = asking({
  name: "test",
  does: "Gives an address where somebody signs in to try it out: nothing is changed by it.",
  more: "Open it in a browser, once. The page at the end shows the reference for rolebridge login show.",
  examples: [{ command: "rolebridge login test sso", description: "Try it before people do" }],
  input: {
    connection: Argument.String("connection").pipe(Argument.withDescription("The connection's slug.")),
  },
  prints: LoginTestAddress,
  run: ({ connection }) =>
    changeOrganization("testLogin", { connection: textArgument(connection) }, LoginTestAddress),
  view: ({ url, until }) => ({
    lines: [{ text: url }],
    talk: `Open it in a browser until ${moment(until)}, once. Then: rolebridge login show REFERENCE`,
  }),
});
