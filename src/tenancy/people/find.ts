/** Things that an operator names when deciding about a person. */
import { Effect } from "effect";
import { Forbidden, fold, InvalidValue, isUuid, mayDo, NotFound } from "../../domain/index.ts";
import {
  findAccountsByName,
  lockAccounts,
  type RoleRow,
  shareMapping,
  type TenantTx,
  useRole,
  useScope,
  viewAccounts,
} from "../../store/index.ts";
import type { Caller } from "../caller.ts";
import { scopeKeyOf } from "../input.ts";

/** The account by id, email or userName. */
export const accountNamed = Effect.fn("accountNamed")(function* (tx: TenantTx, name: string) {
  const found = isUuid(name)
    ? yield* viewAccounts(tx, [name])
    : yield* findAccountsByName(tx, fold(name.trim()));
  const [account, ...others] = found;
  if (account === undefined) {
    const hint = "Is this person not here yet? Invite them: rolebridge role invite ROLE EMAIL --reason TEXT";
    return yield* new NotFound({ kind: "account", id: name, hint });
  }
  if (others.length === 0) return account;
  const ids = found.map(({ id }) => id).join(", ");
  return yield* new InvalidValue({
    detail: `Several accounts carry the name "${name}". Name one by id: ${ids}`,
  });
});

/** The same, and nobody else decides or changes anything about it until the transaction ends. */
export const holdAccount = Effect.fn("holdAccount")(function* (tx: TenantTx, name: string) {
  // Before any other lock: as reconciling takes them.
  yield* shareMapping(tx);
  const { id } = yield* accountNamed(tx, name);
  yield* lockAccounts(tx, [id]);
  return id;
});

/** Whoever could give themselves a reserved role would have all of it: giving one is for owners. */
export const mayGive = ({ role: own }: Caller, { key, reserved }: Pick<RoleRow, "key" | "reserved">) =>
  !reserved || mayDo(own, "grant:reserved")
    ? Effect.void
    : Effect.fail(
        new Forbidden({
          detail: `${key} is a reserved role, and who is ${own} gives it to nobody. Ask an owner.`,
        }),
      );

export const roleNamed = Effect.fn("roleNamed")(function* (tx: TenantTx, key: string) {
  return (yield* useRole(tx, key)) ?? (yield* new NotFound({ kind: "role", id: key }));
});

/** A scope of the catalogue, or, where it may be made, one that is not there yet. */
export const scopeNamed = Effect.fn("scopeNamed")(function* (
  tx: TenantTx,
  caller: Caller,
  wanted: string | null,
  create: boolean,
) {
  if (wanted === null) return { scope: "", isNew: false };
  const scope = yield* scopeKeyOf("scope", wanted);
  if ((yield* useScope(tx, scope)) !== undefined) return { scope, isNew: false };
  if (create && mayDo(caller.role, "role:write")) return { scope, isNew: true };
  const hint = `Add it first: rolebridge role scope add ${scope} (or --create-scope)`;
  return yield* new NotFound({ kind: "scope", id: scope, hint });
});
