import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { startApi } from "../../test/api-server.ts";
import { createAttemptLimit } from "../access/attempts.ts";
import { addressKey } from "../access/address-key.ts";

let api: ApiServer;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const CONFIGS = "/v1/org/siem-configs";
const from = (remoteAddress: string, token: string, url = CONFIGS) => api.call("GET", url, { token, remoteAddress });

describe("a wrong token", () => {
  it("is answered with the way to a right one", async () => {
    const reply = await from("192.0.2.1", "siem_wrong");
    expect([reply.status, reply.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    expect(reply.json.detail).toContain("arbitex-siem tokens create --scope org:");
    expect((await api.call("GET", "/v1/destinations", { token: "" })).json.detail).toContain("SIEM_INGEST_TOKEN");
  });

  it("is told why ten times a minute from one address, for events as well", async () => {
    for (let count = 0; count < 10; count++) {
      const url = count % 2 === 0 ? CONFIGS : "/v1/destinations";
      expect((await from("192.0.2.1", `siem_wrong${count}`, url)).status).toBe(401);
    }
    const refused = await from("192.0.2.1", "siem_wrong");
    expect([refused.status, refused.json.code, refused.headers["retry-after"]]).toEqual([
      429,
      "too_many_attempts",
      "60",
    ]);
    expect((await from("192.0.2.1", "wrong", "/v1/destinations")).status).toBe(429);
    expect((await from("192.0.2.2", "siem_wrong")).status).toBe(401);
  });

  it("never stops a right one behind the same address, tried for the first time", async () => {
    for (let count = 0; count < 200; count++) {
      await from("192.0.2.1", `siem_wrong${count}`);
      if (count % 50 === 0) expect((await from("192.0.2.1", "siem_a")).status).toBe(200);
    }
    expect((await from("192.0.2.1", "siem_b")).status).toBe(200);
    expect((await from("192.0.2.1", "ingest-token", "/v1/destinations")).status).toBe(200);
  });

  it("is not counted where there is none", async () => {
    for (let count = 0; count < 20; count++) expect((await from("192.0.2.1", "")).status).toBe(401);
    expect((await from("192.0.2.1", "siem_a")).status).toBe(200);
  });

  it.each(["Basic dTpw", "Bearer", "Bearer a b", "siem_a"])("is one in the header %s", async (authorization) => {
    const reply = await api.call("GET", CONFIGS, { token: "", headers: { authorization } });
    expect(reply.status).toBe(401);
  });
});

const behind = (proxy: string, client: string, token: string) =>
  api.call("GET", CONFIGS, { token, remoteAddress: proxy, headers: { "x-forwarded-for": client } });

async function useUp(proxy: string, client: string): Promise<void> {
  for (let count = 0; count < 10; count++) expect((await behind(proxy, client, "siem_wrong")).status).toBe(401);
  expect((await behind(proxy, client, "siem_wrong")).status).toBe(429);
}

describe("a proxy in front", () => {
  it("says who the client is where it is trusted", async () => {
    await api.close();
    api = await startApi({ trustProxy: ["10.0.0.0/8", "2001:db8::1"] });
    await useUp("10.1.2.3", "192.0.2.1");
    expect((await behind("10.1.2.3", "192.0.2.2", "siem_wrong")).status).toBe(401);
    // What a client wrote itself stands further left, and counts for nothing.
    expect((await behind("10.1.2.3", "192.0.2.99, 192.0.2.1", "siem_wrong")).status).toBe(429);
    expect((await behind("2001:db8::1", "192.0.2.1:50123", "siem_wrong")).status).toBe(429);
    expect((await behind("10.1.2.3", "x".repeat(1000), "siem_wrong")).status).toBe(401);
  });

  it("says nothing where it is not", async () => {
    await useUp("10.1.2.3", "192.0.2.1");
    expect((await behind("10.1.2.3", "192.0.2.2", "siem_wrong")).status).toBe(429);
  });
});

describe("while the database does not answer", () => {
  it("says so, and takes events with SIEM_INGEST_TOKEN all the same", async () => {
    await api.close();
    api = await startApi({ authenticate: () => Promise.reject(new Error("connection refused: siem_a")) });
    const reply = await from("192.0.2.1", "siem_a");
    expect([reply.status, reply.json.code, reply.headers["retry-after"]]).toEqual([503, "unavailable", "5"]);
    expect(reply.text).not.toContain("refused");
    expect(api.failures).toHaveLength(1);
    expect((await from("192.0.2.1", "ingest-token", "/v1/destinations")).status).toBe(200);
  });
});

describe("a limit of attempts", () => {
  it("begins anew after its time, for each key by itself", () => {
    let now = 0;
    const limit = createAttemptLimit({ most: () => 2, perMs: 1000, now: () => now });
    expect([limit.tryTake("a"), limit.tryTake("a"), limit.tryTake("a"), limit.tryTake("b")]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    expect([limit.isUsedUp("a"), limit.waitSeconds("a"), limit.waitSeconds("b")]).toEqual([true, 1, 0]);
    now = 1000;
    expect([limit.isUsedUp("a"), limit.tryTake("a")]).toEqual([false, true]);
  });

  it("forgets the oldest keys when there are too many", () => {
    const limit = createAttemptLimit({ most: () => 1, perMs: 1000, now: () => 0, mostKeys: 2 });
    for (const key of ["a", "b", "c"]) limit.tryTake(key);
    expect(["a", "b", "c"].map((key) => limit.isUsedUp(key))).toEqual([false, true, true]);
  });
});

describe("the owner of an address", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::6", "2001:db8:1:2::/64"],
    ["2001:0DB8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["unknown", "unknown"],
  ])("of %s is %s", (address, owner) => {
    expect(addressKey(address)).toBe(owner);
  });
});
