import { Effect, Result } from "effect";
import { describe, expect, it } from "vitest";
import { Overloaded } from "../../../src/http/index.ts";
import { type Outcome, readBulk, runBulk } from "../../../src/scim/bulk/index.ts";

const remove = (id: string) => ({ method: "DELETE", path: `/Users/${id}` });
const request = Result.getOrThrow(
  readBulk({
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
    Operations: [remove("a"), remove("b"), remove("c")],
  }),
);

const run = (outcomes: ReadonlyArray<Outcome>) => {
  let at = 0;
  const perform = () => Effect.sync(() => outcomes[at++] ?? Result.succeed({ status: 204 }));
  return Effect.runPromise(Effect.result(runBulk(request, perform, (path) => path)));
};

const busy: Outcome = Result.fail(new Overloaded({ retryAfter: 1 }));

describe("a bulk request that meets an overload", () => {
  it("fails as a whole before anything was done, so that the client reads when to come back", async () => {
    expect(await run([busy])).toMatchObject({
      _tag: "Failure",
      failure: { _tag: "Overloaded", retryAfter: 1 },
    });
  });

  it("stops there after something was done, and says which operation it was", async () => {
    const outcome = await run([Result.succeed({ status: 204 }), busy]);
    expect(outcome).toMatchObject({
      _tag: "Success",
      success: { status: 200, body: { Operations: [{ status: "204" }, { status: "429" }] } },
    });
  });
});
