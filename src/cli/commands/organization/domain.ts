import { Effect, Schema } from "effect";
import { Argument, Command } from "effect/cli";
import {
  askOrganization,
  changeOrganization,
  Domain,
  DomainCheck,
  findOrganization,
  textArgument,
} from "../../client/index.ts";
import { confirm, yes } from "../../confirm.ts";
import { asking, helped } from "../../define.ts";
import { type Line, moment, table } from "../../output/index.ts";

const rows = (domains: ReadonlyArray<Domain>): ReadonlyArray<Line> =>
  table<Domain>(
    {
      DOMAIN: ({ name }) => name,
      STATE: ({ verifiedAt }) => (verifiedAt === null ? "not verified" : `verified ${moment(verifiedAt)}`),
      "TXT RECORD AT": ({ recordName }) => recordName,
      SAYS: ({ recordValue }) => recordValue,
    },
    domains,
  );

const name = Argument.String("name").pipe(Argument.withDescription("The domain, such as acme.test."));

const list = asking({
  name: "list",
  does: "Lists the organization's domains, with the TXT record that proves each.",
  examples: [{ command: "rolebridge domain list", description: "Verified or not" }],
  input: {},
  prints: Schema.Array(Domain),
  run: () => askOrganization("domains", {}, Schema.Array(Domain)),
  view: (domains) => ({
    lines: rows(domains),
    talk: domains.length > 0 ? undefined : "No domain yet. Claim one: rolebridge domain add NAME",
  }),
});

const add = asking({
  name: "add",
  does: "Claims a domain and prints the TXT record to publish. It counts once it is verified.",
  more: "Each domain is claimed by itself: acme.test says nothing about people.acme.test.",
  examples: [{ command: "rolebridge domain add acme.test", description: "Publish what it prints" }],
  input: { name },
  prints: Domain,
  run: ({ name }) => changeOrganization("addDomain", { name: textArgument(name) }, Domain),
  view: (domain) => ({
    lines: [{ text: `${domain.recordName}  TXT  "${domain.recordValue}"` }],
    talk: `Publish that record, then: rolebridge domain verify ${domain.name}`,
  }),
});

const verify = asking({
  name: "verify",
  does: "Looks the TXT record of a domain up. Exit code 1 where it does not prove the domain.",
  more: "The first organization to verify a domain has it. Name servers that do not answer change nothing.",
  examples: [{ command: "rolebridge domain verify acme.test", description: "Once the record is published" }],
  input: { name },
  prints: DomainCheck,
  run: ({ name }) => changeOrganization("verifyDomain", { name: textArgument(name) }, DomainCheck),
  view: ({ detail }) => ({ lines: [{ text: detail }] }),
  failed: ({ outcome }) => outcome !== "VERIFIED",
});

const remove = asking({
  name: "remove",
  does: "Gives a domain up: whoever verifies it next has it.",
  more: "Asks for the domain's name to confirm; --yes does without.",
  examples: [{ command: "rolebridge domain remove acme.test", description: "Asks first" }],
  input: { name, yes },
  prints: Domain,
  run: Effect.fnUntraced(function* ({ name, yes }) {
    const organization = yield* findOrganization();
    yield* confirm(name, `This takes ${name} from ${organization}: another organization may verify it.`, yes);
    return yield* changeOrganization("removeDomain", { name: textArgument(name) }, Domain);
  }),
  view: (domain) => ({ lines: [{ text: `Removed ${domain.name}.` }] }),
});

export const domain = Command.make("domain").pipe(
  Command.withSubcommands([list, add, verify, remove]),
  helped({
    does: "Domains: which email addresses an organization's people have, proved by DNS.",
    examples: [{ command: "rolebridge domain add acme.test", description: "Claim one" }],
  }),
);
