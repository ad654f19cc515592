/** What must be done to applications. Their secrets are in no file, and never come by one. */
import { textArgument } from "../../client/index.ts";
import type { Configuration } from "../document.ts";
import { applications, type NormalApplication } from "../normal.ts";
import { type Change, matched, newPartText, partsIn, partText } from "./change.ts";

type Applications = NonNullable<Configuration["applications"]>;

const addresses = (value: ReadonlyArray<string>) => ({ type: "[String!]!", value });

const newApplication = ({ slug, name, returnAddresses }: NormalApplication): Change => ({
  sign: "+",
  section: "application",
  name: slug,
  details: [
    ...partsIn({ name: slug }, { name, returnAddresses }).map(newPartText),
    `its secret: rolebridge application rotate ${slug} --grace 0`,
  ],
  calls: [
    {
      field: "createApplication",
      args: {
        slug: textArgument(slug),
        name: textArgument(name),
        returnAddresses: addresses(returnAddresses),
      },
    },
  ],
});

const changedApplication = ([before, after]: readonly [
  NormalApplication,
  NormalApplication,
]): ReadonlyArray<Change> => {
  const parts = partsIn(before, after);
  if (parts.length === 0) return [];
  const { slug, name } = before;
  const refused = `The name of the application ${slug} cannot be changed. Write the one it has: ${JSON.stringify(name)}.`;
  return [
    {
      sign: "~",
      section: "application",
      name: slug,
      details: parts.map(partText),
      calls: [
        {
          field: "setReturnAddresses",
          args: { slug: textArgument(slug), returnAddresses: addresses(after.returnAddresses) },
        },
      ],
      ...(name === after.name ? {} : { refused }),
    },
  ];
};

const gone = ({ slug }: NormalApplication, prune: boolean): Change => ({
  sign: prune ? "-" : "=",
  section: "application",
  name: slug,
  details: [prune ? "ends at once, with its secrets" : "not in the file, kept; --prune removes it"],
  calls: prune ? [{ field: "deleteApplication", args: { slug: textArgument(slug) }, answersText: true }] : [],
});

const slugOf = ({ slug }: NormalApplication) => slug;

export const applicationChanges = (
  before: Applications,
  after: Applications | undefined,
  prune: boolean,
): ReadonlyArray<Change> => {
  if (after === undefined) return [];
  const { both, added, removed } = matched(applications(before), applications(after), slugOf, slugOf);
  return [
    ...both.flatMap(changedApplication),
    ...added.map(newApplication),
    ...removed.map((one) => gone(one, prune)),
  ];
};
