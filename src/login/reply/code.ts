/** What an application fetches its answer with, brought to it by the browser. */
import { Effect } from "effect";
import type { ApplicationId } from "../../domain/index.ts";
import { addCode, type TenantTx } from "../../store/index.ts";
import type { Admitted } from "../admit.ts";
import { newHandle } from "../handle.ts";

/** Seconds in which an application fetches its answer. */
const codeSeconds = 60;

export interface Back {
  readonly application: ApplicationId;
  readonly returnTo: string;
  /** The application's own; undefined where the provider began the login. */
  readonly state: string | undefined;
}

/** Keeps a code for whoever was let in; gives where to send the browser with it. */
export const goingBack = ({ application, returnTo, state }: Back) =>
  Effect.fnUntraced(function* (tx: TenantTx, { login, account }: Admitted) {
    const { text, ...code } = newHandle();
    yield* addCode(tx, { ...code, login, application, account }, codeSeconds);
    const url = new URL(returnTo);
    url.searchParams.set("code", text);
    if (state !== undefined) url.searchParams.set("state", state);
    return url.href;
  });
