import { type Condition, isWide, type LeafView, view } from "../condition/index.ts";
import { type Mapping, type RoleGrant, type Rule, rolesIn, validity } from "../rule.ts";
import { remarksOn } from "./facts.ts";
import type { Known } from "./known.ts";
import { isNever } from "./never.ts";
import { ofPairs } from "./pairs.ts";

/** `error`: the mapping does not do what it says. `warning`: it may not do what is meant. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly kind:
    | "unknown-fact"
    | "unknown-role"
    | "unused-role"
    | "unknown-scope"
    | "never-true"
    | "shadowed"
    | "always-denied"
    | "reserved-role"
    | "expired"
    | "expires-soon";
  /** The rule's id; `null` for what is about no single rule. */
  readonly rule: string | null;
  /** Where in the rule, or in the mapping: `when.all[0]`, `grant[1]`. */
  readonly position: string;
  /** One sentence that says what to do. */
  readonly sentence: string;
}

/** A leaf with where it stands. */
const placed = (condition: Condition, path: string, wanted = true): ReadonlyArray<LeafView> => {
  const seen = view(condition, wanted);
  if ("leaf" in seen) return [{ ...seen, at: `${path}${seen.at}` }];
  return seen.of.flatMap((each, index) => placed(each, `${path}${seen.at}[${index}]`, seen.wanted));
};

const ofFacts = ({ id, when }: Rule, known: Known): ReadonlyArray<Finding> =>
  placed(when, "when").flatMap((leaf) =>
    remarksOn(leaf, known).map((one) => ({ ...one, kind: "unknown-fact", rule: id, position: leaf.at })),
  );

const ofCondition = ({ id, when }: Rule, { attributes }: Known): ReadonlyArray<Finding> =>
  isNever(when, (name) => attributes.get(name)?.multiValued === false)
    ? [
        {
          severity: "error",
          kind: "never-true",
          rule: id,
          position: "when",
          sentence: "Nobody can meet this condition, it contradicts itself; correct it, or drop the rule.",
        },
      ]
    : [];

/** Milliseconds: long enough to plan what follows from the end of a rule. */
const soon = 30 * 86_400_000;

/** The end of a rule is what was decided, so nothing holds it: it is said before. */
const ofTime = (rule: Rule, { now }: Known): ReadonlyArray<Finding> => {
  const { until } = validity(rule);
  const finding = { severity: "warning", rule: rule.id, position: "validUntil" } as const;
  if (until <= now)
    return [
      {
        ...finding,
        kind: "expired",
        sentence: "The rule is no longer valid; drop it, or let it be valid longer.",
      },
    ];
  if (until > now + soon) return [];
  const day = new Date(until).toISOString().slice(0, 10);
  return [
    {
      ...finding,
      kind: "expires-soon",
      sentence: `On ${day} whoever has a role by this rule alone loses it, all at once and unheld; let it be valid longer, or leave it so.`,
    },
  ];
};

const keyOf = (grant: RoleGrant) => (typeof grant === "string" ? grant : grant.role);

const reservedIn = (
  grant: ReadonlyArray<RoleGrant>,
  { roles }: Known,
  place: { readonly rule: string | null; readonly position: string },
): ReadonlyArray<Finding> => {
  const reserved = new Set(roles.filter((one) => one.reserved).map(({ key }) => key));
  return grant.flatMap((one, index) =>
    reserved.has(keyOf(one))
      ? [
          {
            severity: "error",
            kind: "reserved-role",
            rule: place.rule,
            position: `${place.position}[${index}]`,
            sentence: `The role ${keyOf(one)} is reserved; grant it only to members of a group by its id or whole name, without prefix, glob, kind or default.`,
          },
        ]
      : [],
  );
};

const ofReserved = ({ id, when, grant = [] }: Rule, known: Known): ReadonlyArray<Finding> =>
  isWide(when) ? reservedIn(grant, known, { rule: id, position: "grant" }) : [];

const ofScopes = ({ id, grant = [] }: Rule, { scopes }: Known): ReadonlyArray<Finding> =>
  grant.flatMap((one, index) =>
    typeof one !== "string" && "scope" in one && !scopes.has(one.scope)
      ? [
          {
            severity: "warning",
            kind: "unknown-scope",
            rule: id,
            position: `grant[${index}].scope`,
            sentence: `The catalogue has no scope ${one.scope}; add it, or correct the name.`,
          },
        ]
      : [],
  );

const ofRoles = (mapping: Mapping, { roles }: Known): ReadonlyArray<Finding> => {
  const known = new Set(roles.map(({ key }) => key));
  const granted = new Set(
    [...mapping.rules, ...(mapping.defaults ?? [])].flatMap(({ grant = [] }) => grant.map(keyOf)),
  );
  const unknown = rolesIn(mapping).filter((role) => !known.has(role));
  return [
    ...unknown.map(
      (role): Finding => ({
        severity: "error",
        kind: "unknown-role",
        rule: mapping.rules.find((one) => rolesIn({ rules: [one] }).includes(role))?.id ?? null,
        position: "",
        sentence: `There is no role ${role}; create it, or correct the name.`,
      }),
    ),
    ...roles
      .filter(({ key }) => !granted.has(key))
      .map(
        ({ key }): Finding => ({
          severity: "warning",
          kind: "unused-role",
          rule: null,
          position: "rules",
          sentence: `No rule grants the role ${key}; add one, or drop the role.`,
        }),
      ),
  ];
};

/** Everything worth telling the author of `mapping`, in the order of its rules. Nothing here looks at any person. */
export const lint = (mapping: Mapping, known: Known): ReadonlyArray<Finding> => [
  ...mapping.rules.flatMap((rule) => [
    ...ofCondition(rule, known),
    ...ofFacts(rule, known),
    ...ofReserved(rule, known),
    ...ofScopes(rule, known),
    ...ofTime(rule, known),
  ]),
  ...(mapping.defaults ?? []).flatMap(({ grant }, index) =>
    reservedIn(grant, known, { rule: null, position: `defaults[${index}].grant` }),
  ),
  ...ofPairs(mapping, known),
  ...ofRoles(mapping, known),
];
