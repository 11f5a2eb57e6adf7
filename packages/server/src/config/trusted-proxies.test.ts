import { describe, expect, it } from "vitest";
import { trustedProxies } from "./trusted-proxies.ts";

describe("trusted proxies", () => {
  it.each([
    ["10.0.0.1", ["10.0.0.1"]],
    ["10.0.0.0/8, 2001:db8::/32", ["10.0.0.0/8", "2001:db8::/32"]],
    [["10.0.0.1"], ["10.0.0.1"]],
    [[], []],
  ])("are %j as a list or as one text", (given, proxies) => {
    expect(trustedProxies.parse(given)).toEqual(proxies);
  });

  it.each(["proxy.example", "10.0.0.0/33", "0.0.0.0/0", ["::/0"], "10.0.0.1,,", "", "true", true, 1])(
    "are not %j",
    (given) => {
      expect(trustedProxies.safeParse(given).success).toBe(false);
    },
  );
});
