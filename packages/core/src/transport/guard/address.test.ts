import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCloudPlatform, isPublic, parseAddress } from "./address.ts";
import type { Allowed } from "./allow-list.ts";
import { isOpen, parseAllowed } from "./allow-list.ts";

// What the registries of special addresses say, read by Node's own parser: shares no code with what is tested.
const specialV4 = blockList("ipv4", [
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24",
  "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24",
  "203.0.113.0/24 224.0.0.0/4 240.0.0.0/4",
]);
const specialV6 = blockList("ipv6", [
  "::/3 4000::/2 8000::/1 2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20",
]);

describe("an address", () => {
  it.each([
    [
      "127.0.0.1",
      "10.1.2.3",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "169.254.169.254",
      "0.0.0.0",
      "255.255.255.255",
    ],
    [
      "100.64.1.1",
      "100.127.255.255",
      "192.0.0.1",
      "192.0.2.1",
      "198.18.0.1",
      "198.51.100.1",
      "203.0.113.1",
      "224.0.0.1",
      "240.0.0.1",
    ],
    [
      "::",
      "::1",
      "fe80::1",
      "fe80::1%eth0",
      "::1%lo",
      "fc00::1",
      "fd00:ec2::254",
      "fec0::1",
      "ff02::1",
      "2001:db8::1",
      "3fff::1",
    ],
    ["5f00::1", "100::1", "4000::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:30::1"],
    ["::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:10.0.0.1", "::ffff:169.254.169.254", "::FFFF:A9FE:A9FE"],
    ["::127.0.0.1", "::7f00:1", "::8.8.8.8", "::808:808", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8"],
    [
      "64:ff9b::7f00:1",
      "64:ff9b::8.8.8.8",
      "64:ff9b:1::a9fe:a9fe",
      "2002:7f00:1::",
      "2002:808:808::1",
      "2001::f5ff:fffe",
    ],
    ["2606:4700::5efe:7f00:1", "2606:4700::200:5efe:10.0.0.1"],
  ])("is not public as %s and its like", (...texts) => {
    expect(texts.filter((text) => isIP(text) === 0 || isPublic(parsed(text)))).toEqual([]);
  });

  it.each(["8.8.8.8", "52.1.2.3", "172.32.0.1", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450:4001:82a::200e"])(
    "is public as %s",
    (text) => expect(isPublic(parsed(text))).toBe(true),
  );

  it("is none where it is a name, a number or an address in another spelling", () => {
    for (const text of ["localhost", "2130706433", "0x7f.1", "127.1", "0177.0.0.1", "[::1]", "127.0.0.1.", ""])
      expect(parseAddress(text), text).toBeUndefined();
  });

  it("is a cloud's own however it is written", () => {
    for (const text of [
      "169.254.169.254",
      "::ffff:a9fe:a9fe",
      "168.63.129.16",
      "FD00:0EC2:0:0::254",
      "fe80::a9fe:a9fe%eth0",
    ])
      expect(isCloudPlatform(parsed(text)), text).toBe(true);
  });

  it("is public in IPv4 exactly where the registries have nothing special", () => {
    fc.assert(
      fc.property(anyV4, spelledAsV4OrMapped, (v4, spell) => {
        expect(isPublic(parsed(spell(v4)))).toBe(!specialV4.check(v4.join("."), "ipv4"));
      }),
      { numRuns: 2000 },
    );
  });

  it("is public in IPv6 exactly where the registries have nothing special and no IPv4 address is embedded", () => {
    fc.assert(
      fc.property(anyV6, spelling, (v6, spell) => {
        const isTunnel = v6[5] === 0x5efe && (v6[4] === 0 || v6[4] === 0x200);
        const text = spell(v6);
        if (!isMapped(v6)) expect(isPublic(parsed(text))).toBe(!isTunnel && !specialV6.check(text, "ipv6"));
      }),
      { numRuns: 3000 },
    );
  });

  it("is never public where it embeds an IPv4 address, public or not", () => {
    fc.assert(
      fc.property(anyV4, anyEmbedding, spelling, (v4, embed, spell) => {
        expect(isPublic(parsed(spell(embed(v4))))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it("opens NAT64 to public IPv4 addresses only, where that is allowed", () => {
    const allowed: Allowed[] = [parseAllowed("64:ff9b::/96")].filter((entry) => entry !== undefined);
    fc.assert(
      fc.property(anyV4, spelling, (v4, spell) => {
        const text = spell([0x64, 0xff9b, 0, 0, 0, 0, ...pair(v4)]);
        const isFit = !specialV4.check(v4.join("."), "ipv4") && !isCloudPlatform(parsed(v4.join(".")));
        expect(isOpen(allowed, "siem.example", parsed(text))).toBe(isFit);
      }),
      { numRuns: 1000 },
    );
  });
});

type V4 = readonly number[];
type V6 = readonly number[];

const group = fc.integer({ min: 0, max: 0xffff });
const anyV4: fc.Arbitrary<V4> = fc
  .oneof(
    fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 }))),
    fc.constantFrom(
      [127, 0, 0, 1],
      [10, 0, 0, 1],
      [169, 254, 169, 254],
      [192, 168, 0, 1],
      [168, 63, 129, 16],
      [8, 8, 8, 8],
      [0, 0, 0, 0],
    ),
  )
  .filter((v4) => v4.join(".") !== "168.63.129.16");
const firstGroups = [
  [0x2001],
  [0x2001, 0xdb8],
  [0x2001, 0],
  [0x2001, 0x1ff],
  [0x2001, 0x200],
  [0x2002],
  [0x2620, 0x4f, 0x8000],
  [0x3fff],
  [0xfe80],
  [0xfd00],
  [0x64, 0xff9b],
  [0x2606, 0x4700],
  [0],
  [],
];
const anyV6: fc.Arbitrary<V6> = fc
  .tuple(
    fc.constantFrom(...firstGroups),
    fc.array(fc.oneof(group, fc.constant(0), fc.constant(0x5efe)), { minLength: 8, maxLength: 8 }),
  )
  .map(([first, rest]) => [...first, ...rest].slice(0, 8));

const anyEmbedding = fc.tuple(group, group).chain(([one, other]) =>
  fc.constantFrom<(v4: V4) => V6>(
    (v4) => [0, 0, 0, 0, 0, 0, ...pair(v4)],
    (v4) => [0, 0, 0, 0, 0xffff, 0, ...pair(v4)],
    (v4) => [0x64, 0xff9b, 0, 0, 0, 0, ...pair(v4)],
    (v4) => [0x64, 0xff9b, 1, one, 0, other, ...pair(v4)],
    (v4) => [0x2002, ...pair(v4), one, 0, 0, 0, other],
    (v4) => [0x2001, 0, one, other, 0, 0, ...pair(v4.map((byte) => byte ^ 0xff))],
    (v4) => [0x2606, one, other, 0, 0, 0x5efe, ...pair(v4)],
    (v4) => [0x2606, one, other, 0, 0x200, 0x5efe, ...pair(v4)],
  ),
);

const spelling = fc.constantFrom<(v6: V6) => string>(
  (v6) => v6.map((part) => part.toString(16)).join(":"),
  (v6) => v6.map((part) => part.toString(16).toUpperCase().padStart(4, "0")).join(":"),
  (v6) => new URL(`http://[${v6.map((part) => part.toString(16)).join(":")}]`).hostname.slice(1, -1),
  (v6) =>
    `${v6
      .slice(0, 6)
      .map((part) => part.toString(16))
      .join(":")}:${[6, 7].map((at) => `${(v6[at] ?? 0) >> 8}.${(v6[at] ?? 0) & 255}`).join(".")}`,
);
const spelledAsV4OrMapped = fc.constantFrom<(v4: V4) => string>(
  (v4) => v4.join("."),
  (v4) => `::ffff:${v4.join(".")}`,
  (v4) =>
    `0:0:0:0:0:FFFF:${pair(v4)
      .map((part) => part.toString(16))
      .join(":")}`,
);

function pair([a = 0, b = 0, c = 0, d = 0]: V4): [number, number] {
  return [a * 256 + b, c * 256 + d];
}

function isMapped(v6: V6): boolean {
  return v6.slice(0, 5).every((part) => part === 0) && v6[5] === 0xffff;
}

function parsed(text: string) {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}

function blockList(family: "ipv4" | "ipv6", lines: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of lines.join(" ").split(" ")) {
    const [base = "", bits] = cidr.split("/");
    list.addSubnet(base, Number(bits), family);
  }
  return list;
}
