import { describe, expect, it } from "vitest";
import { parseAddress } from "./address.ts";
import { isOpen, parseAllowed } from "./allow-list.ts";

function opens(texts: readonly string[], host: string, address = host): boolean {
  const allowed = texts.map((text) => parseAllowed(text)).filter((entry) => entry !== undefined);
  expect(allowed).toHaveLength(texts.length);
  const parsed = parseAddress(address);
  return parsed !== undefined && isOpen(allowed, host, parsed);
}

describe("the list of what is open", () => {
  it.each([
    ["10.20.0.0/16", "10.20.255.1", "10.21.0.1"],
    ["10.20.0.5", "10.20.0.5", "10.20.0.6"],
    ["10.20.0.0/16", "::ffff:10.20.0.1", "::ffff:10.21.0.1"],
    ["fd12:3456::/32", "fd12:3456:7::1", "fd12:3457::1"],
    ["fe80::/10", "fe80::1%eth0", "fc00::1"],
    ["127.0.0.1/32", "127.0.0.1", "127.0.0.2"],
    ["64:ff9b::/96", "64:ff9b::8.8.8.8", "64:ff9b::10.0.0.1"],
    ["2002::/16", "2002:808:808::1", "2002:7f00:1::1"],
  ])("with %s opens %s and not %s", (entry, inside, outside) => {
    expect(opens([], inside)).toBe(false);
    expect(opens([entry], inside)).toBe(true);
    expect(opens([entry], outside)).toBe(false);
  });

  it.each([
    ["splunk.corp.example", ["splunk.corp.example", "SPLUNK.corp.example.", "ｓplunk.corp.example"]],
    ["*.corp.example", ["splunk.corp.example", "a.b.CORP.example"]],
    ["*.bücher.example", ["siem.xn--bcher-kva.example", "siem.BÜCHER.example"]],
    ["splunk", ["splunk", "splunk."]],
  ])("with %s opens the names it means, in every spelling", (entry, names) => {
    for (const name of names) expect(opens([entry], name, "10.0.0.1"), name).toBe(true);
    for (const other of [
      "corp.example",
      "xcorp.example",
      "splunk.corp.example.evil.example",
      "splunk2",
      "splunk.corp.example/.evil.example",
      "splunk.corp.example#x",
      "splunk\t",
    ])
      expect(opens([entry], other, "10.0.0.1"), other).toBe(false);
  });

  it("opens a cloud's own addresses to no range and no name, only to themselves", () => {
    const all = ["0.0.0.0/0", "::/0", "fd00::/8", "metadata.internal"];
    for (const address of ["169.254.169.254", "168.63.129.16", "fd00:ec2::254", "64:ff9b::a9fe:a9fe"])
      expect(opens(all, "metadata.internal", address), address).toBe(false);
    expect(opens(["169.254.169.254"], "169.254.169.254")).toBe(true);
    expect(opens(["::/0", "169.254.169.254"], "64:ff9b::a9fe:a9fe")).toBe(true);
  });

  it.each([
    "",
    "*",
    "*.",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "10.1/8",
    "fd00::/129",
    "fe80::1%eth0",
    "[::1]",
    "::ffff:10.0.0.0/104",
    "0x7f.1",
    "2130706433",
    "https://splunk.example",
    "splunk.example:8088",
    "splunk.example/x",
    "a b",
    "*.*.example",
    "sp*.example",
  ])("has no place for %j", (text) => expect(parseAllowed(text)).toBeUndefined());
});
