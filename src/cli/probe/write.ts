/** A person and a group that come, change and go, as JumpCloud does on activation. They go even where a step fails. */
import { randomUUID } from "node:crypto";
import { Effect } from "effect";
import type { ProbeStep } from "../client/index.ts";
import type { Client, Question } from "./clients.ts";
import { all, anEmptyList, anError, aResource, nothing, status, withMember } from "./expect.ts";
import type { Answered, Wanted } from "./send.ts";

type Ask<R> = (
  question: Question,
) => Effect.Effect<{ readonly step: ProbeStep; readonly answer: Answered | undefined }, never, R>;

const core = (name: string) => [`urn:ietf:params:scim:schemas:core:2.0:${name}`];

const patch = (operation: object) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  Operations: [operation],
});

/** `.invalid` (RFC 2606): nobody's address. */
const personOf = (userName: string) => ({
  schemas: core("User"),
  userName,
  name: { givenName: "Connection", familyName: "Test" },
  displayName: "Rolebridge connection test",
  emails: [{ value: userName, type: "work", primary: true }],
  active: true,
});

const creation = (
  kind: "User" | "Group",
  body: object,
  same: Readonly<Record<string, unknown>>,
): Question => ({
  step: kind === "User" ? "creates the test person" : "creates the test group",
  wanted: { method: "POST", path: `/${kind}s`, body },
  expect: aResource(same, 201),
  later: true,
});

const ofPerson = (path: string, userName: string, { deactivate }: Client): ReadonlyArray<Question> => [
  {
    step: "the same person again is refused",
    wanted: { method: "POST", path: "/Users", body: personOf(userName) },
    expect: anError(409),
    later: true,
  },
  {
    step: "deactivates the test person",
    wanted: { method: "PATCH", path, body: patch(deactivate) },
    expect: aResource({ active: false }, 200, 204),
    later: true,
  },
  {
    step: "the test person is inactive, and still readable",
    wanted: { method: "GET", path },
    expect: aResource({ active: false, userName }, 200),
    later: true,
  },
];

const ofGroup = (path: string, person: string): ReadonlyArray<Question> => [
  {
    step: "adds the test person to the test group",
    wanted: {
      method: "PATCH",
      path,
      body: patch({ op: "add", path: "members", value: [{ value: person }] }),
    },
    expect: status(200, 204),
    later: true,
  },
  {
    step: "the test group has its member",
    wanted: { method: "GET", path },
    expect: all(aResource({}, 200), withMember(person)),
    later: true,
  },
];

const removal = (path: string, what: string): Question => ({
  step: `deletes the test ${what}`,
  wanted: { method: "DELETE", path },
  expect: nothing,
  later: true,
});

const idOf = (answer: Answered | undefined): string | undefined => {
  const id = answer?.status === 201 ? answer.json?.["id"] : undefined;
  return typeof id === "string" ? id : undefined;
};

const isRefused = (answer: Answered | undefined): boolean =>
  answer !== undefined && answer.status >= 400 && answer.status < 500;

const firstIdOf = (answer: Answered | undefined): string | undefined => {
  const resources = answer?.json?.["Resources"];
  const [first] = Array.isArray(resources) ? resources : [];
  return typeof first?.id === "string" ? first.id : undefined;
};

const lookUp = ({ path, body = {} }: Wanted): Wanted => {
  const name = path === "/Users" ? "userName" : "displayName";
  const filter = encodeURIComponent(`${name} eq "${Reflect.get(body, name)}"`);
  return { method: "GET", path: `${path}?filter=${filter}` };
};

/**
 * Rules that name a group or an attribute give the person nothing: nobody else has these names. One for everybody of
 * the connection holds until the person is deactivated, a moment later; nobody can sign in as them.
 */
export const writing = <R>(ask: Ask<R>, client: Client) =>
  Effect.gen(function* () {
    const steps: Array<ProbeStep> = [];
    const left = new Map<string, Question>();
    const note = (question: Question) =>
      Effect.map(ask(question), ({ step, answer }) => {
        steps.push(step);
        return answer;
      });
    /** A proxy that gave up does not tell what became of the request. */
    const createdAfterAll = (question: Question) =>
      Effect.map(ask({ ...question, wanted: lookUp(question.wanted) }), ({ answer }) => firstIdOf(answer));
    const make = Effect.fnUntraced(function* (question: Question, what: string) {
      const answer = yield* note(question);
      const id = idOf(answer) ?? (isRefused(answer) ? undefined : yield* createdAfterAll(question));
      if (id === undefined) return undefined;
      const path = `${question.wanted.path}/${id}`;
      left.set(path, removal(path, what));
      return { id, path };
    });
    /** Each that was created, the group first. Tried a second time where the first did not work. */
    const remove = Effect.suspend(() =>
      Effect.forEach([...left].reverse(), ([path, question]) =>
        Effect.gen(function* () {
          const gone = (yield* note(question))?.status === 204 || (yield* note(question))?.status === 204;
          if (gone) left.delete(path);
        }),
      ),
    );
    const play = Effect.gen(function* () {
      const name = randomUUID();
      const userName = `connection-test-${name}@test.invalid`;
      const person = yield* make(creation("User", personOf(userName), { userName, active: true }), "person");
      if (person === undefined) return;
      yield* Effect.forEach(ofPerson(person.path, userName, client), note);
      const displayName = `Rolebridge connection test ${name}`;
      const body = { schemas: core("Group"), displayName };
      const group = yield* make(creation("Group", body, { displayName }), "group");
      if (group !== undefined) yield* Effect.forEach(ofGroup(group.path, person.id), note);
      yield* remove;
      const filter = encodeURIComponent(`userName eq "${userName}"`);
      yield* note({
        step: "the test person is gone",
        wanted: { method: "GET", path: `/Users?filter=${filter}` },
        expect: anEmptyList,
        later: true,
      });
    });
    // Also where this is interrupted: then nothing is left in the connection but events.
    yield* play.pipe(Effect.ensuring(remove));
    return steps;
  });
