/** The demonstration: a person joins, gets a role by a group, leaves, and comes back. */
import { randomBytes } from "node:crypto";
import { Effect, Option, Schema } from "effect";
import { Account } from "../client/index.ts";
import { findExplanations } from "../explain/index.ts";
import { StepFailed } from "../failure.ts";
import { type Endpoint, scim } from "./scim.ts";

/** One request, what it was answered, and what the person has after it. */
export const Step = Schema.Struct({
  does: Schema.String,
  request: Schema.String,
  status: Schema.Int,
  account: Schema.NullOr(Account),
});
export type Step = typeof Step.Type;

export const Story = Schema.Struct({ person: Schema.String, steps: Schema.Array(Step) });
export type Story = typeof Story.Type;

const groupName = "Engineering";
const userSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
const groupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
const patch = (operation: object) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [operation],
});

const ada = (email: string) => ({
  schemas: [userSchema],
  userName: email,
  displayName: "Ada Lovelace",
  name: { givenName: "Ada", familyName: "Lovelace" },
  emails: [{ value: email, type: "work", primary: true }],
  active: true,
});

const idOf = (id: string | undefined) =>
  id === undefined
    ? Effect.fail(new StepFailed({ message: "The server made something without telling its id." }))
    : Effect.succeed(id);

const accountOf = Effect.fnUntraced(function* (email: string) {
  const [found] = yield* findExplanations(email, Option.none());
  return found?.account ?? null;
});

type Sent = Effect.Success<ReturnType<typeof scim>>;

const step = (does: string, { request, status }: Sent, account: Step["account"] = null): Step => ({
  does,
  request,
  status,
  account,
});

const createPerson = Effect.fnUntraced(function* (endpoint: Endpoint, email: string) {
  const sent = yield* scim(endpoint, { method: "POST", path: "/Users", body: ada(email) });
  const does = `Ada Lovelace <${email}> starts: the identity provider creates her`;
  return { id: yield* idOf(sent.answer.id), steps: [step(does, sent)] };
});

const createGroup = Effect.fnUntraced(function* (endpoint: Endpoint) {
  const filter = encodeURIComponent(`displayName eq "${groupName}"`);
  const asked = yield* scim(endpoint, { method: "GET", path: `/Groups?filter=${filter}` });
  const found = asked.answer.Resources?.[0];
  if (found !== undefined) {
    return { id: found.id, steps: [step(`It looks for the group ${groupName}, and finds it`, asked)] };
  }
  const body = { schemas: [groupSchema], displayName: groupName };
  const made = yield* scim(endpoint, { method: "POST", path: "/Groups", body });
  const steps = [
    step(`It looks for the group ${groupName}: not there yet`, asked),
    step(`It creates the group ${groupName}`, made),
  ];
  return { id: yield* idOf(made.answer.id), steps };
});

const joinGroup = Effect.fnUntraced(function* (
  endpoint: Endpoint,
  person: { readonly id: string; readonly email: string },
  group: string,
) {
  const body = patch({ op: "add", path: "members", value: [{ value: person.id }] });
  const sent = yield* scim(endpoint, { method: "PATCH", path: `/Groups/${group}`, body });
  const account = yield* accountOf(person.email);
  if (account !== null && account.roles.length > 0) {
    return step(`She joins ${groupName}: by the mapping, a role follows`, sent, account);
  }
  return yield* new StepFailed({
    message: `${person.email} joined ${groupName}, and no role followed: the mapping in force has no rule for that group. "rolebridge mapping show" shows its rules.`,
  });
});

const setActive = Effect.fnUntraced(function* (
  endpoint: Endpoint,
  person: { readonly id: string; readonly email: string },
  active: boolean,
) {
  const body = patch({ op: "replace", path: "active", value: active });
  const sent = yield* scim(endpoint, { method: "PATCH", path: `/Users/${person.id}`, body });
  const account = yield* accountOf(person.email);
  if (account !== null && account.active === active && account.roles.length > 0 === active) {
    return step(
      active ? "She comes back: so does the role" : "She leaves: the role is gone at once",
      sent,
      account,
    );
  }
  return yield* new StepFailed({
    message: `${person.email} was made ${active ? "active" : "inactive"}, and her account does not show it. "rolebridge connection list" shows which connection says who is active.`,
  });
});

/** Plays it with a new person. Only through what everybody can use: SCIM and GraphQL. */
export const play = Effect.fn("play")(function* (endpoint: Endpoint) {
  const email = `ada-${randomBytes(3).toString("hex")}@acme.test`;
  const made = yield* createPerson(endpoint, email);
  const group = yield* createGroup(endpoint);
  const person = { id: made.id, email };
  const joined = yield* joinGroup(endpoint, person, group.id);
  const left = yield* setActive(endpoint, person, false);
  const back = yield* setActive(endpoint, person, true);
  const steps = [...made.steps, ...group.steps, joined, left, back];
  return { person: email, steps } satisfies Story as Story;
});
