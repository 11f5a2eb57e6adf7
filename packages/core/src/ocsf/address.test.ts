import { describe, expect, it } from "vitest";
import { readAddress, readClientAddress, unwrapped } from "./address.ts";

describe("readAddress", () => {
  it.each([
    ["203.0.113.7", { ip: "203.0.113.7" }],
    ["  203.0.113.7 ", { ip: "203.0.113.7" }],
    ["203.0.113.7:443", { ip: "203.0.113.7", port: 443 }],
    ['"203.0.113.7:443"', { ip: "203.0.113.7", port: 443 }],
    ["203.0.113.7/32", { ip: "203.0.113.7" }],
    ["2001:db8::7", { ip: "2001:db8::7" }],
    ["2001:db8::7/128", { ip: "2001:db8::7" }],
    ["[2001:db8::7]", { ip: "2001:db8::7" }],
    ["[2001:db8::7]:8443", { ip: "2001:db8::7", port: 8443 }],
    ["fe80::1%eth0", { ip: "fe80::1", zone: "eth0" }],
    ["[fe80::1%eth0]:443", { ip: "fe80::1", port: 443, zone: "eth0" }],
    ["::ffff:203.0.113.7", { ip: "203.0.113.7" }],
    ["[::FFFF:203.0.113.7]:443", { ip: "203.0.113.7", port: 443 }],
    ["::ffff:cb00:7107", { ip: "203.0.113.7" }],
    ["0:0:0:0:0:ffff:cb00:7107", { ip: "203.0.113.7" }],
  ])("reads %s", (text, address) => {
    expect(readAddress(text)).toEqual(address);
  });

  it.each(["", "localhost", "203.0.113", "203.0.113.256", "203.0.113.7:99999", "203.0.113.0/24", "[x]", "1:2", "db8"])(
    "takes %j for no address",
    (text) => {
      expect(readAddress(text)).toBeUndefined();
    },
  );
});

describe("readClientAddress", () => {
  it.each([
    ["203.0.113.7, 10.0.0.1", "203.0.113.7", ["10.0.0.1"]],
    ["10.0.0.1, 203.0.113.7, 198.51.100.1", "203.0.113.7", ["10.0.0.1", "198.51.100.1"]],
    ["10.0.0.1,192.168.0.1", "10.0.0.1", ["192.168.0.1"]],
    ["unknown, 203.0.113.7:1234", "203.0.113.7", []],
    ["fd00::1, [2001:db8::7]:443", "2001:db8::7", ["fd00::1"]],
    ["::ffff:10.0.0.1, 2001:db8::7", "2001:db8::7", ["10.0.0.1"]],
  ])("of %s takes the first public address, else the first", (text, ip, others) => {
    expect(readClientAddress(text)).toMatchObject({ ip, others });
  });

  it("finds none where none is", () => {
    expect(readClientAddress("unknown, _hidden")).toBeUndefined();
  });
});

describe("unwrapped", () => {
  it("leaves other addresses of IPv6 alone", () => {
    for (const ip of ["::1", "64:ff9b::cb00:7107", "2001:db8::ffff:cb00:7107"]) expect(unwrapped(ip)).toBe(ip);
  });
});
