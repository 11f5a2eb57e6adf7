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

  it("may be tried ten times a minute from one address, for events as well", async () => {
    for (let count = 0; count < 10; count++) {
      const url = count % 2 === 0 ? CONFIGS : "/v1/destinations";
      expect((await from("192.0.2.1", `siem_wrong${count}`, url)).status).toBe(401);
    }
    const refused = await from("192.0.2.1", "siem_a");
    expect([refused.status, refused.json.code, refused.headers["retry-after"]]).toEqual([
      429,
      "too_many_attempts",
      "60",
    ]);
    expect((await from("192.0.2.1", "ingest-token", "/v1/destinations")).status).toBe(429);
    expect((await from("192.0.2.2", "siem_a")).status).toBe(200);
  });

  it("does not stop those behind the same address who have signed in before, until they are revoked", async () => {
    expect((await from("192.0.2.1", "siem_a")).status).toBe(200);
    for (let count = 0; count < 12; count++) await from("192.0.2.1", "siem_wrong");
    expect((await from("192.0.2.1", "siem_a")).status).toBe(200);
    expect((await from("192.0.2.1", "siem_b")).status).toBe(429);
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
    const limit = createAttemptLimit({ most: 2, perMs: 1000, now: () => now });
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
    const limit = createAttemptLimit({ most: 1, perMs: 1000, now: () => 0, mostKeys: 2 });
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
