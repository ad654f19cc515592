/** Counts over every account that was evaluated: what a plan would do, before anybody looks at single people. */
import type { PlanChange, PlanCounts, PlannedRole, RoleKey } from "../../domain/index.ts";
import { byText } from "../order.ts";

interface Counting {
  before: number;
  after: number;
  gained: number;
  lost: number;
}

type Roles = ReadonlyArray<PlannedRole>;

const keysOf = (roles: Roles): ReadonlySet<RoleKey> => new Set(roles.map(({ role }) => role));

export class Tally {
  readonly #roles = new Map<RoleKey, Counting>();
  readonly reserved: ReadonlySet<RoleKey>;
  #accounts = 0;
  #changed = 0;
  #gaining = 0;
  #losing = 0;
  #activated = 0;
  #deactivated = 0;
  #otherReasons = 0;

  constructor(reserved: ReadonlySet<RoleKey>) {
    this.reserved = reserved;
  }

  get accounts(): number {
    return this.#accounts;
  }

  /** One account with the roles it has and those it would have; `change` is null where nothing would. */
  add(had: Roles, wanted: Roles, change: PlanChange | null): void {
    this.#accounts += 1;
    for (const key of keysOf(had)) this.#count(key).before += 1;
    for (const key of keysOf(wanted)) this.#count(key).after += 1;
    if (change !== null) this.#addChange(change);
  }

  #addChange({ active, gained, lost }: PlanChange): void {
    this.#changed += 1;
    if (gained.length > 0) this.#gaining += 1;
    if (lost.length > 0) this.#losing += 1;
    if (active?.to === true) this.#activated += 1;
    if (active?.to === false) this.#deactivated += 1;
    if (active === null && gained.length + lost.length === 0) this.#otherReasons += 1;
    for (const key of keysOf(gained)) this.#count(key).gained += 1;
    for (const key of keysOf(lost)) this.#count(key).lost += 1;
  }

  #count(key: RoleKey): Counting {
    const known = this.#roles.get(key);
    if (known !== undefined) return known;
    const made = { before: 0, after: 0, gained: 0, lost: 0 };
    this.#roles.set(key, made);
    return made;
  }

  get counts(): PlanCounts {
    const roles = [...this.#roles]
      .filter(([, { gained, lost }]) => gained + lost > 0)
      .map(([role, counting]) => ({ role, ...counting, reserved: this.reserved.has(role) }))
      .toSorted((a, b) => byText(a.role, b.role));
    return {
      accounts: this.#accounts,
      changed: this.#changed,
      gaining: this.#gaining,
      losing: this.#losing,
      activated: this.#activated,
      deactivated: this.#deactivated,
      otherReasons: this.#otherReasons,
      roles,
    };
  }
}
