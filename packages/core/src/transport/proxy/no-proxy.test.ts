import { describe, expect, it } from "vitest";
import { isExempt, parseNoProxy } from "./no-proxy.ts";
import { readProxySettings } from "./proxy-settings.ts";

function isReachedWithout(noProxy: string, host: string, port = 443): boolean {
  const entry = parseNoProxy(noProxy);
  if (entry === undefined) throw new Error(`${noProxy} cannot be read`);
  return isExempt([entry], host, port);
}

describe("an entry of NO_PROXY", () => {
  it.each([
    ["*", "siem.example", true],
    ["example.com", "example.com", true],
    ["example.com", "siem.example.com", true],
    ["example.com", "badexample.com", false],
    [".example.com", "siem.example.com", true],
    ["*.example.com", "siem.example.com", true],
    ["Example.COM", "SIEM.example.com", true],
    ["example.com.", "siem.example.com", true],
    ["example.com", "siem.example.com.", true],
    ["example.com:8088", "siem.example.com", false],
    ["example.com:443", "siem.example.com", true],
    ["10.1.2.3", "10.1.2.3", true],
    ["10.0.0.0/8", "10.200.0.1", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/8", "ten.example.com", false],
    ["10.0.0.0/8:443", "10.1.1.1", true],
    ["10.0.0.0/8:80", "10.1.1.1", false],
    ["::1", "::1", true],
    ["::1", "[::1]", true],
    ["[::1]", "::1", true],
    ["[::1]:443", "::1", true],
    ["[::1]:80", "::1", false],
    ["0:0:0:0:0:0:0:1", "::1", true],
    ["fd00::/8", "fd12::3", true],
    ["fd00::/8", "fe80::3", false],
    ["localhost", "localhost", true],
  ])("%s is for %s: %s", (entry, host, expected) => {
    expect(isReachedWithout(entry, host)).toBe(expected);
  });

  it.each([
    "10.0.0.0/33",
    "10.0.0/8",
    "fd00::/129",
    "a b",
    "sie*.example.com",
    "example.com:0",
    "example.com:99999",
    "<local>",
  ])("%s cannot be read", (text) => {
    expect(parseNoProxy(text)).toBeUndefined();
  });
});

describe("the proxies of an environment", () => {
  it("are read with their credential, small letters first", () => {
    const settings = readProxySettings({
      https_proxy: "https://user:p%40ss%zz@proxy.example",
      HTTPS_PROXY: "http://other.example",
      HTTP_PROXY: "plain.example:3128",
    });
    expect(settings.problems).toEqual([]);
    expect(settings.proxyFor("https:", "siem.example", 443)).toEqual({
      variable: "HTTPS_PROXY",
      secure: true,
      host: "proxy.example",
      port: 443,
      authorization: `Basic ${Buffer.from("user:p%40ss%zz").toString("base64")}`,
    });
    expect(settings.proxyFor("http:", "siem.example", 80)).toMatchObject({ host: "plain.example", port: 3128 });
  });

  it("serve https through HTTP_PROXY where it stands alone, and http through none but that", () => {
    const alone = readProxySettings({ HTTP_PROXY: "http://a.example" });
    expect(alone.proxyFor("https:", "siem.example", 443)).toMatchObject({ host: "a.example", port: 80 });
    expect(
      readProxySettings({ HTTPS_PROXY: "http://a.example" }).proxyFor("http:", "siem.example", 80),
    ).toBeUndefined();
  });

  it("are named when they cannot be used", () => {
    expect(problemsOf({ HTTPS_PROXY: "http://" })).toEqual(["HTTPS_PROXY is not the URL of a proxy."]);
    expect(problemsOf({ HTTPS_PROXY: "socks5://a.example" })).toEqual(["HTTPS_PROXY socks5 proxies cannot be used."]);
    expect(problemsOf({ HTTPS_PROXY: "http://a.example", NO_PROXY: "b.example, 10.0.0.0/40 c.example" })).toEqual([
      'NO_PROXY "10.0.0.0/40" is no name, address or range, so that the proxy would be used there.',
    ]);
    // Without a proxy it means nothing.
    expect(problemsOf({ NO_PROXY: "10.0.0.0/40" })).toEqual([]);
  });
});

function problemsOf(environment: Record<string, string>): readonly string[] {
  return readProxySettings(environment).problems.map(({ variable, message }) => `${variable} ${message}`);
}
