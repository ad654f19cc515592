/** Responses that a product brings: what its client leaves out says nothing. */
import { Effect } from "effect";
import { afterEach, expect, it, vi } from "vitest";
import { saml } from "../../../connectors/saml/index.ts";
import { callback, encode, issuedAt, issuer, ours, request, signed, unsigned } from "./messages.ts";

afterEach(() => {
  vi.useRealTimers();
});

it("a missing attribute takes nobody's groups, whatever it means of our own client", async () => {
  const settings = {
    idpEntityId: issuer,
    ssoUrl: `${issuer}/protocol/saml`,
    certificates: ours.certificate,
    groupsAttribute: "teams",
    absentIsEmpty: true,
    acceptedRecipients: callback,
  };
  const field = encode(signed(unsigned));
  vi.useFakeTimers({ toFake: ["Date"], now: issuedAt + 5_000 });
  const { login } = await Effect.runPromise(Effect.scoped(saml.open(settings)));
  const parameters = new Map([["SAMLResponse", field]]);
  const byBrowser = login?.finish({ callback, state: "s", parameters, kept: { request } });
  const byProduct = login?.verify?.(
    { _tag: "SamlResponse", samlResponse: field, requestId: request, recipient: callback },
    callback,
  );
  if (byBrowser === undefined || byProduct === undefined) throw new Error("no login");
  expect((await Effect.runPromise(byBrowser)).groups.complete).toEqual(["group"]);
  expect((await Effect.runPromise(byProduct)).groups).toMatchObject({
    groups: [],
    complete: [],
    missing: "The reply has no attribute teams.",
  });
});
