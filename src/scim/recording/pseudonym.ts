/**
 * Values become pseudonyms of the same form. The same value has the same pseudonym throughout a recording, also in
 * another case; nothing leads back once the recording's key is gone.
 */
import { createHmac } from "node:crypto";

/** Endless numbers that depend on the key and on what they are for. */
const numbers = (key: Buffer, what: string) => {
  let [block, at, count] = [Buffer.alloc(0), 0, 0];
  /** A number below `most`, which is at most 65536. */
  return (most: number): number => {
    if (at + 2 > block.length) {
      block = createHmac("sha256", key).update(`${count}:${what}`).digest();
      [at, count] = [0, count + 1];
    }
    at += 2;
    return block.readUInt16BE(at - 2) % most;
  };
};

type Draw = ReturnType<typeof numbers>;

const range = (from: number, to: number): string =>
  String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, index) => from + index));

const latin = "abcdefghijklmnopqrstuvwxyz";
/** The first that fits counts. Letters of a script stay in it: normalising and folding differ by script. */
const alphabets: ReadonlyArray<readonly [RegExp, ReadonlyArray<string>]> = (
  [
    [/[a-z]/i, latin],
    [/\d/, "0123456789"],
    [/\p{Script=Cyrillic}/u, range(0x430, 0x44f)],
    [/\p{Script=Greek}/u, "αβγδεζηθικλμνξοπρστυφχψω"],
    [/\p{Script=Han}/u, range(0x4e00, 0x4eff)],
    [/\p{Script=Hangul}/u, range(0xac00, 0xacff)],
    [/\p{Script=Arabic}/u, range(0x628, 0x63a)],
    [/\p{Script=Hebrew}/u, range(0x5d0, 0x5ea)],
    [/\p{Cased}/u, "àâäåæçéèêëíìîïñóòôöøúùûüý"],
    [/\p{L}/u, range(0x3042, 0x3093)],
    [/\p{M}/u, "\u0300\u0301\u0302\u0303\u0308"],
    [/\p{N}/u, "0123456789"],
    [/\p{So}|\p{Extended_Pictographic}/u, "😀😎🎉🌍🌱🍀🚀🎈"],
  ] as const
).map(([kind, letters]) => [kind, Array.from(letters)]);

const isUpper = (char: string): boolean => char !== char.toLowerCase();

const other = (char: string, letters: ReadonlyArray<string>, draw: Draw): string => {
  const choice = letters.filter((letter) => letter !== char.toLowerCase());
  const letter = choice[draw(choice.length)] ?? "";
  return isUpper(char) ? letter.toUpperCase() : letter;
};

/** Braces are taken: the player of journeys fills names in between them. */
const punctuation = (char: string): string => {
  if (/[{}]/.test(char)) return char === "{" ? "(" : ")";
  return /[\x20-\x7e]/.test(char) ? char : " ";
};

const least = 8;
const most = 400;

/** Each letter and digit becomes another of its kind. Short texts grow, so that few of them meet. */
const scrambled = (text: string, draw: Draw): string => {
  let [replaced, result] = [0, ""];
  for (const char of Array.from(text).slice(0, most)) {
    const letters = alphabets.find(([kind]) => kind.test(char))?.[1];
    result += letters === undefined ? punctuation(char) : other(char, letters, draw);
    if (letters !== undefined) replaced += 1;
  }
  if (replaced === 0) result = "";
  const more = /^\D*\d[^a-z]*$/i.test(text)
    ? "0123456789"
    : isUpper(text.slice(-1))
      ? latin.toUpperCase()
      : latin;
  while (replaced < least) {
    result += more[draw(more.length)];
    replaced += 1;
  }
  return result;
};

const hex = "0123456789abcdef";

/** Version and variant stay. */
const uuid = (text: string, draw: Draw): string =>
  Array.from(text, (char, at) =>
    char === "-" || at === 14 || at === 19 ? char : other(char, Array.from(hex), draw),
  ).join("");

const email = (text: string, draw: Draw): string => {
  const at = text.lastIndexOf("@");
  const host = isUpper(text.slice(at + 1)) && text === text.toUpperCase() ? "EXAMPLE.TEST" : "example.test";
  return `${scrambled(text.slice(0, at), draw)}@${host}`;
};

const two = (number: number): string => String(number).padStart(2, "0");

/** A time that exists, in the form of the one given. */
const time = (text: string, draw: Draw): string => {
  const [date, clock = ""] = [text.slice(0, 10), text.slice(10)];
  const day = date.replace(/\d{4}-\d\d-\d\d/, `${2000 + draw(25)}-${two(1 + draw(12))}-${two(1 + draw(28))}`);
  const [seconds, offset] = [
    clock.replace(/(Z|[+-]\d\d:?\d\d)$/i, ""),
    /(Z|[+-]\d\d:?\d\d)$/i.exec(clock)?.[0],
  ];
  return (
    day +
    seconds.replaceAll(/\d\d(?=:|$)|(?<=:)\d\d/g, () => two(draw(24))).replaceAll(/(?<=\.)\d+/g, "000") +
    (offset ?? "")
  );
};

const forms: ReadonlyArray<readonly [RegExp, (text: string, draw: Draw) => string]> = [
  [/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, uuid],
  [/^[^\s@]+@[^\s@]+$/, email],
  [/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/i, time],
  [/^W\/"[^"]*"$/, (text, draw) => `W/"${scrambled(text.slice(3, -1), draw)}"`],
];

export type Pseudonym = ReturnType<typeof pseudonyms>;

/** The pseudonyms of one recording. */
export const pseudonyms = (key: Buffer) => {
  const drawFor = (kind: string, text: string) => numbers(key, `${kind}:${text.toLowerCase()}`);
  return {
    text: (text: string): string => {
      if (text === "") return "";
      const form = forms.find(([kind]) => kind.test(text))?.[1] ?? scrambled;
      return form(text, drawFor("text", text));
    },
    /** Of an attribute that is nobody's but the customer's. */
    name: (name: string): string => {
      const draw = drawFor("name", name);
      return `x${Array.from({ length: 8 }, () => hex[draw(16)]).join("")}`;
    },
    /** Small ones are counts and flags; a large one may be somebody's number. */
    number: (number: number): number => {
      if (Math.abs(number) < 10_000) return number;
      const draw = drawFor("number", String(number));
      const digits = Math.min(15, String(Math.trunc(Math.abs(number))).length);
      return Number(Array.from({ length: digits }, () => String(1 + draw(9))).join(""));
    },
  };
};
