/** Somebody accepts an invitation to an organization: no admin event tells of it, a user event does. */
import { assert, describe, it } from "@effect/vitest";
import { Effect } from "effect";
import { afterAll, beforeAll } from "vitest";
import { type Mailbox, startMailbox } from "../../../support/mailbox.ts";
import { addOrganization, switchOn } from "../organizations.ts";
import { missing, onRealm } from "../support.ts";
import { brief, changesOf, drained, record } from "./support.ts";

const { ready, open } = onRealm(3);
let mailbox: Mailbox;
beforeAll(async () => {
  mailbox = await startMailbox();
});
afterAll(() => mailbox.close());

/** Follows the link as a browser does, with its cookies, and agrees where the page asks. */
const accept = async (link: string) => {
  const cookies = new Map<string, string>();
  let next: string | undefined = link;
  for (let steps = 0; next !== undefined && steps < 4; steps += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer: Response = await fetch(next, { redirect: "manual", headers: { cookie } });
    for (const one of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(one) ?? [];
      cookies.set(name, value);
    }
    const [, agree] = /href="([^"]*action-token[^"]*)"/.exec(await answer.text()) ?? [];
    next = agree?.replaceAll("&amp;", "&");
  }
};

describe.skipIf(missing)("an invitation to an organization", () => {
  it.live("that is accepted hints at who accepted it, and they are read as a member", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { admin, name: realm } = ready().realm;
        const connection = yield* open(undefined, "hub", { organizations: true });
        const follow = changesOf(connection);
        const [orgId, id] = yield* Effect.promise(async () => {
          await record(admin, realm);
          await switchOn(admin, realm);
          const smtpServer = { host: "127.0.0.1", port: String(mailbox.port), from: "kc@acme.test" };
          await admin.realms.update({ realm }, { smtpServer });
          const [invited] = await admin.users.find({ username: "person00001", exact: true });
          return [await addOrganization(admin, "acme"), invited?.id ?? ""] as const;
        });
        const { cursor } = yield* follow(null);
        const form = new FormData();
        form.set("id", id);
        yield* Effect.promise(() => admin.organizations.inviteExistingUser({ orgId }, form));
        const asked = yield* drained(follow, cursor);
        assert.notInclude(asked.hints.map(brief), `user ${id}`);

        const [link = ""] = /http:[^\s"<>]+action-token[^\s"<>]*/.exec(mailbox.text()) ?? [];
        yield* Effect.promise(() => accept(link.replaceAll("&#61;", "=").replaceAll("&amp;", "&")));
        const { hints } = yield* drained(follow, asked.cursor);
        assert.include(hints.map(brief), `user ${id}`);
        const { source } = connection;
        const found = source === undefined ? yield* Effect.die("a source") : yield* source.one(id);
        assert(found._tag === "Found");
        assert.include(
          found.groups.map((group) => group.id),
          orgId,
        );
      }),
    ),
  );
});
