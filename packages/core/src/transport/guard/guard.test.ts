import { describe, expect, it } from "vitest";
import type { EgressGuard, GuardRules } from "./guard.ts";
import { createGuard } from "./guard.ts";

function codeAt(url: string, rules?: GuardRules): string | undefined {
  const { protocol, hostname: host, port } = new URL(url);
  return createGuard(rules).refuseTarget({ protocol, host, port: Number(port || 443) })?.code;
}

describe("a target", () => {
  it("is refused unless it is https or raw TLS", () => {
    expect(codeAt("https://siem.example")).toBeUndefined();
    expect(codeAt("tls://siem.example:6514")).toBeUndefined();
    for (const url of [
      "http://siem.example",
      "tcp://siem.example:6514",
      "unix:///var/run/docker.sock",
      "file:///etc/passwd",
      "socks5://siem.example",
    ])
      expect(codeAt(url), url).toBe("SIEM_EGRESS_SCHEME");
    expect(codeAt("http://siem.example:8088", { plainHttp: true })).toBeUndefined();
    expect(codeAt("tcp://siem.example:6514", { plainHttp: true })).toBeUndefined();
    expect(codeAt("tcp://siem.example:514", { plainHttp: true })).toBe("SIEM_EGRESS_PORT");
    expect(codeAt("unix:///var/run/docker.sock", { plainHttp: true })).toBe("SIEM_EGRESS_SCHEME");
  });

  it("is refused on a port that is not open, also on the list's own hosts", () => {
    for (const port of [1, 22, 25, 80, 445, 1023])
      expect(codeAt(`https://siem.example:${port}`)).toBe("SIEM_EGRESS_PORT");
    for (const port of [443, 1024, 6514, 8088, 9200, 65_535])
      expect(codeAt(`https://siem.example:${port}`)).toBeUndefined();
    const rules = { ports: [443, "9200-9243"], allow: ["10.0.0.1"] };
    expect(codeAt("https://10.0.0.1:9243", rules)).toBeUndefined();
    expect(codeAt("https://10.0.0.1:9244", rules)).toBe("SIEM_EGRESS_PORT");
  });

  it("is refused where its host is none", () => {
    const guard = createGuard({ allow: ["open.example"] });
    for (const host of [
      "",
      "/var/run/docker.sock",
      "open.example/.evil.example",
      "open.example:80",
      "a b",
      "open.example%00",
      "x@y",
    ])
      expect(guard.refuseTarget({ protocol: "tls:", host, port: 443 })?.code, host).toBe("SIEM_EGRESS_ADDRESS");
  });

  it("tells nothing of what its name leads to", async () => {
    const guard = guardWith({ "siem.example": ["10.11.12.13", "8.8.8.8"] });
    const message = await refusedLookup(guard, "siem.example");
    expect(message).toContain("siem.example");
    expect(message).not.toMatch(/10\.|8\.8|private|internal/);
  });
});

describe("a lookup", () => {
  it("answers in the form that was asked for", async () => {
    const guard = guardWith({ "siem.example": ["8.8.8.8", "2606:4700::1111"] });
    expect(await found(guard, "siem.example", true)).toEqual([
      { address: "8.8.8.8", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ]);
    expect(await found(guard, "siem.example", false)).toEqual("8.8.8.8");
  });

  it("refuses a name with one bad address among good ones, and one with none", async () => {
    const guard = guardWith({
      "mixed.example": ["8.8.8.8", "::1"],
      "empty.example": [],
      "odd.example": ["not an address"],
    });
    for (const name of ["mixed.example", "empty.example", "odd.example"])
      expect(await refusedLookup(guard, name)).toContain("public address");
  });

  it("passes on why a name is not known", async () => {
    await expect(found(guardWith({}), "absent.example", true)).rejects.toMatchObject({ code: "SIEM_EGRESS_ADDRESS" });
  });
});

describe("a peer", () => {
  it("is judged by the address that was reached", () => {
    const guard = createGuard({ allow: ["splunk.corp.example"] });
    expect(guard.refusePeer("siem.example", "8.8.8.8")).toBeUndefined();
    expect(guard.refusePeer("splunk.corp.example", "10.0.0.1")).toBeUndefined();
    for (const address of ["10.0.0.1", "::ffff:127.0.0.1", undefined])
      expect(guard.refusePeer("siem.example", address)?.code).toBe("SIEM_EGRESS_ADDRESS");
    expect(guard.refusePeer("splunk.corp.example", "169.254.169.254")?.code).toBe("SIEM_EGRESS_ADDRESS");
  });
});

describe("rules that cannot be read", () => {
  it("are refused by name", () => {
    expect(() => createGuard({ allow: ["10.0.0.0/33"] })).toThrow('egress.allow: "10.0.0.0/33" cannot be read.');
    for (const ports of [[0], [70_000], ["9-8"], ["https"], []])
      if (ports.length > 0) expect(() => createGuard({ ports })).toThrow("egress.ports");
  });
});

function guardWith(names: Record<string, readonly string[]>): EgressGuard {
  return createGuard({}, (host, _options, callback) => {
    const addresses = names[host];
    if (addresses === undefined) callback(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }), []);
    else
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
  });
}

function found(guard: EgressGuard, host: string, all: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    guard.lookup(host, { all }, (error, result) => (error === null ? resolve(result) : reject(error)));
  });
}

async function refusedLookup(guard: EgressGuard, host: string): Promise<string> {
  const error: unknown = await found(guard, host, true).catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({ code: "SIEM_EGRESS_ADDRESS" });
  return error instanceof Error ? error.message : "";
}
