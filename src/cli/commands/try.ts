import { Effect } from "effect";
import { accountLines } from "../account.ts";
import { quickStartPath, readQuickStart } from "../client/index.ts";
import { asking } from "../define.ts";
import { NotGiven } from "../failure.ts";
import type { Line } from "../output/index.ts";
import { play, type Step, Story } from "../try/index.ts";

const stepLines = (
  { does, request, status, account }: typeof Step.Type,
  index: number,
): ReadonlyArray<Line> => [
  { text: `${index + 1}. ${does}`, heading: true },
  { text: `   ${request}  -> ${status}` },
  ...(account === null ? [] : accountLines(account).map(({ text }) => ({ text: `   ${text}` }))),
  { text: "" },
];

const next = (person: string) => `All of this went through SCIM and GraphQL, as from any client. Look further:
  npm run rolebridge -- explain ${person}
  npm run rolebridge -- mapping show
  npm run rolebridge -- event list -n 10
  npm run rolebridge -- --help`;

export const tryOut = asking({
  name: "try",
  does: "Pushes a person and a group by SCIM, and shows the role that follows, and why. Needs a running server.",
  more: "Uses the tokens in quickstart.json. Each call makes another person; nothing else is changed.",
  examples: [{ command: "rolebridge try", description: "Against the server of ./data" }],
  input: {},
  prints: Story,
  run: Effect.fnUntraced(function* () {
    const quickStart = yield* readQuickStart();
    if (quickStart !== undefined) return yield* play(quickStart);
    return yield* new NotGiven({
      message: `There is no ${yield* quickStartPath()}. Start a server first, in another terminal: npm start`,
    });
  }),
  view: ({ person, steps }) => ({ lines: steps.flatMap(stepLines), talk: next(person) }),
});
