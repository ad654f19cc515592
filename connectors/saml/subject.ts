/** Who signed in: the provider's id of them, which must be the same next year. */
import { Result } from "effect";
import type { Expected } from "./assertion.ts";
import type { Told } from "./facts.ts";
import { attributeOf, childAt, textOf } from "./message/index.ts";
import { attributesOf } from "./presets.ts";
import type { Settings } from "./settings.ts";

const formats = "urn:oasis:names:tc:SAML:2.0:nameid-format";
const persistent = `${formats}:persistent`;
const transient = `${formats}:transient`;

type Choice = Pick<Settings, "preset" | "subjectAttribute" | "namesAreNotReused">;

/** Only a persistent one is never given to somebody else (SAML core §8.3.7); of all others, a missing format too, nobody says so. */
const complaintAbout = (format: string | undefined, { namesAreNotReused }: Choice): string | undefined => {
  if (format === transient)
    return "The NameID is another one at each login: have the provider send a persistent one.";
  return format === persistent || namesAreNotReused
    ? undefined
    : "The NameID is a name, which somebody else may have next year: have the provider send a persistent one, or set subjectAttribute; or namesAreNotReused, where it gives no name twice.";
};

const isPlain = (value: string): boolean => /^\P{Cc}{1,255}$/u.test(value) && value.trim() === value;

/** A NameID is somebody's within these two; of others it could be somebody else's. */
const isOurs = (name: Element | undefined, { issuer, audience }: Expected): boolean =>
  [issuer, undefined].includes(attributeOf(name, "NameQualifier")) &&
  [audience, undefined].includes(attributeOf(name, "SPNameQualifier"));

const named = (choice: Choice, assertion: Element, expected: Expected): Result.Result<string, string> => {
  const element = childAt(assertion, "a:Subject", "a:NameID");
  const value = textOf(element) ?? "";
  if (!isPlain(value)) return Result.fail("The NameID is empty, too long or not plain text.");
  if (!isOurs(element, expected))
    return Result.fail("The NameID is of another provider or for another service.");
  const complaint = complaintAbout(attributeOf(element, "Format"), choice);
  return complaint === undefined ? Result.succeed(value) : Result.fail(complaint);
};

export const subjectOf = (
  choice: Choice,
  assertion: Element,
  expected: Expected,
  told: Told,
): Result.Result<string, string> => {
  const attribute = choice.subjectAttribute || attributesOf[choice.preset].subject;
  if (attribute === undefined) return named(choice, assertion, expected);
  const [value, another] = told.get(attribute) ?? [];
  return value !== undefined && another === undefined && isPlain(value)
    ? Result.succeed(value)
    : Result.fail(`The attribute ${attribute} does not name one person.`);
};
