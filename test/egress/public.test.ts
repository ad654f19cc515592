import { assert, describe, it } from "@effect/vitest";
import fc from "fast-check";
import { isPublic } from "../../src/egress/public.ts";

// The registries once more, as first and last address in numbers, so that nothing is shared with what is tested.
const ranges4 = [
  ["this network", 0x00000000, 0x00ffffff],
  ["private 10", 0x0a000000, 0x0affffff],
  ["carrier-grade NAT", 0x64400000, 0x647fffff],
  ["loopback", 0x7f000000, 0x7fffffff],
  ["link-local", 0xa9fe0000, 0xa9feffff],
  ["private 172.16", 0xac100000, 0xac1fffff],
  ["protocol assignments", 0xc0000000, 0xc00000ff],
  ["documentation 1", 0xc0000200, 0xc00002ff],
  ["6to4 relays", 0xc0586300, 0xc05863ff],
  ["private 192.168", 0xc0a80000, 0xc0a8ffff],
  ["benchmarking", 0xc6120000, 0xc613ffff],
  ["documentation 2", 0xc6336400, 0xc63364ff],
  ["documentation 3", 0xcb007100, 0xcb0071ff],
  ["multicast", 0xe0000000, 0xefffffff],
  ["reserved and broadcast", 0xf0000000, 0xffffffff],
] as const;

/** The first group's bits that are fixed, then whatever follows. */
const ranges6 = [
  ["unspecified, loopback, IPv4-compatible and mapped", 0x0000, 16],
  ["NAT64 and its neighbours", 0x0064, 16],
  ["discard", 0x0100, 16],
  ["segment routing", 0x5f00, 16],
  ["6to4", 0x2002, 16],
  ["unique local", 0xfc00, 7],
  ["link-local", 0xfe80, 10],
  ["site-local", 0xfec0, 10],
  ["multicast", 0xff00, 8],
  ["never given out: 4000::/2", 0x4000, 2],
  ["never given out: 8000::/2", 0x8000, 2],
] as const;

const group = fc.integer({ min: 0, max: 0xffff });
const dotted = (number: number) => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
const hex = (groups: ReadonlyArray<number>) => groups.map((part) => part.toString(16)).join(":");
const halves = (number: number) => [number >>> 16, number & 0xffff] as const;
const asWritten = (groups: ReadonlyArray<number>) => new URL(`http://[${hex(groups)}]`).hostname.slice(1, -1);

/** Every way in which an IPv6 address can carry an IPv4 one. */
const carriers = (number: number): ReadonlyArray<string> => {
  const [high, low] = halves(number);
  return [
    `::ffff:${dotted(number)}`,
    `0:0:0:0:0:FFFF:${hex([high, low])}`,
    `::${dotted(number)}`,
    `::ffff:0:${dotted(number)}`,
    `64:ff9b::${dotted(number)}`,
    `64:ff9b:1::${dotted(number)}`,
    `2002:${hex([high, low])}::1`,
    `2001:0:${hex([high, low])}::1`,
  ];
};

describe("an address is not public", () => {
  it.each(ranges4)("anywhere in IPv4 %s, itself or carried in IPv6", (_name, first, last) => {
    for (const edge of [first, last]) assert.isFalse(isPublic(dotted(edge)), dotted(edge));
    fc.assert(
      fc.property(fc.integer({ min: first, max: last }), (number) => {
        for (const address of [dotted(number), ...carriers(number)])
          assert.isFalse(isPublic(address), address);
      }),
    );
  });

  it.each(ranges6)("anywhere in IPv6 %s", (_name, prefix, bits) => {
    const free = 0xffff >>> bits;
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), ([first = 0, ...rest]) => {
        const groups = [(prefix | (first & free)) >>> 0, ...rest];
        assert.isFalse(isPublic(hex(groups)), hex(groups));
        assert.isFalse(isPublic(asWritten(groups)), hex(groups));
      }),
    );
  });

  it.each([
    ["protocol assignments and Teredo", 0x2001, 0x0000, 0x01ff],
    ["documentation", 0x2001, 0x0db8, 0x0db8],
    ["documentation 2", 0x3fff, 0x0000, 0x0fff],
  ])("anywhere in IPv6 %s", (_name, first, low, high) => {
    const rest = fc.array(group, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(fc.integer({ min: low, max: high }), rest, (second, others) => {
        assert.isFalse(isPublic(hex([first, second, ...others])));
      }),
    );
  });

  it("when a public IPv4 is carried in IPv6: the carrier hides where it goes", () => {
    for (const address of carriers(0x08080808)) assert.isFalse(isPublic(address), address);
  });

  it.each([
    "",
    "localhost",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "1.1.1.1 ",
    "[::1]",
    "::1%lo",
    "fe80::1%eth0",
  ])("when it is no plain address: %j", (text) => assert.isFalse(isPublic(text)));
});

describe("an address is public", () => {
  it("in IPv4 wherever no special range is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (number) => {
        const special = ranges4.some(([, first, last]) => number >= first && number <= last);
        assert.strictEqual(isPublic(dotted(number)), !special, dotted(number));
      }),
      { numRuns: 2_000 },
    );
  });

  it("right beside each special IPv4 range", () => {
    const inside = (number: number) => ranges4.some(([, first, last]) => number >= first && number <= last);
    const beside = ranges4
      .flatMap(([, first, last]) => [first - 1, last + 1])
      .filter((number) => number >= 0 && number <= 0xffffffff && !inside(number));
    for (const number of beside) assert.isTrue(isPublic(dotted(number)), dotted(number));
  });

  it.each(["1.1.1.1", "8.8.8.8", "2606:4700::1111", "2a00:1450:4001:82a::200e", "2001:200::1", "3ffe::1"])(
    "such as %s",
    (address) => assert.isTrue(isPublic(address)),
  );
});
