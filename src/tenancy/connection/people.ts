/** Whom a connection has shown, by what people are called. */
import { Effect } from "effect";
import { fold } from "../../domain/index.ts";
import { type ConnectionRow, findPulledUsersByName, type TenantTx } from "../../store/index.ts";

/** Those of this userName, else of this email: several may share one. */
export const peopleCalled = Effect.fnUntraced(function* (tx: TenantTx, { id }: ConnectionRow, name: string) {
  const found = yield* findPulledUsersByName(tx, id, fold(name));
  const exact = found.filter(({ resource }) => fold(String(resource["userName"] ?? "")) === fold(name));
  return exact.length > 0 ? exact : found;
});
