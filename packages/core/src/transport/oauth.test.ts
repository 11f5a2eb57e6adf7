import { describe, expect, it } from "vitest";
import type { AccessToken } from "./oauth.ts";
import { createTokenCache } from "./oauth.ts";

const never = new AbortController().signal;
const MINUTE = 60_000;

describe("a token cache", () => {
  it("fetches one token for all who ask at once", async () => {
    const { cache, issued } = setUp();
    expect(await Promise.all([cache.get(never), cache.get(never), cache.get(never)])).toEqual(["t1", "t1", "t1"]);
    expect(await cache.get(never)).toBe("t1");
    expect(issued()).toBe(1);
  });

  it("renews five minutes early and hands out the old token meanwhile", async () => {
    const { cache, clock, issued } = setUp();
    await cache.get(never);
    clock.now = 55 * MINUTE - 1;
    expect([await cache.get(never), issued()]).toEqual(["t1", 1]);
    clock.now = 55 * MINUTE;
    expect([await cache.get(never), issued()]).toEqual(["t1", 2]);
    await settled();
    expect([await cache.get(never), issued()]).toEqual(["t2", 2]);
  });

  it("renews a short-lived token after half its life, not with every call", async () => {
    const { cache, clock, issued } = setUp({ lifeMs: 2 * MINUTE });
    await cache.get(never);
    clock.now = MINUTE - 1;
    await cache.get(never);
    expect(issued()).toBe(1);
    clock.now = MINUTE;
    await cache.get(never);
    expect(issued()).toBe(2);
  });

  it("keeps a good token through failed renewals, tries each half minute, and rejects once it has expired", async () => {
    const failures: unknown[] = [];
    const { cache, clock, fail } = setUp({ onRenewalFailed: (error) => failures.push(error) });
    await cache.get(never);
    fail(new Error("issuer is down"));
    for (let seconds = 0; seconds < 90; seconds += 10) {
      clock.now = 56 * MINUTE + seconds * 1000;
      expect(await cache.get(never)).toBe("t1");
      await settled();
    }
    expect(failures).toHaveLength(3);
    clock.now = 60 * MINUTE;
    await expect(cache.get(never)).rejects.toThrow("issuer is down");
    fail(undefined);
    expect(await cache.get(never)).toBe("t2");
  });

  it("never gives a discarded token again, and keeps one that has replaced it", async () => {
    const { cache, issued } = setUp();
    const refused = await cache.get(never);
    cache.discard(refused);
    expect(await cache.get(never)).toBe("t2");
    // A second batch learns late that the first token was refused.
    cache.discard(refused);
    expect([await cache.get(never), issued()]).toEqual(["t2", 2]);
  });

  it("gives a token even if it is born expired, and fetches the next one at the next call", async () => {
    const { cache, issued } = setUp({ lifeMs: 0 });
    expect([await cache.get(never), await cache.get(never), issued()]).toEqual(["t1", "t2", 2]);
  });

  it("lets go of one who gave up without failing the others", async () => {
    const { cache } = setUp();
    const stop = new AbortController();
    const impatient = cache.get(stop.signal);
    const patient = cache.get(never);
    stop.abort(new Error("stopped"));
    await expect(impatient).rejects.toThrow("stopped");
    expect(await patient).toBe("t1");
    await expect(createTokenCache({ acquire: hanging, now: () => 0 }).get(stop.signal)).rejects.toThrow("stopped");
  });

  it("gives up an issuer that never answers, and asks it anew", async () => {
    let asked = 0;
    const acquire = () => {
      asked += 1;
      return asked === 1 ? new Promise<AccessToken>(() => undefined) : Promise.resolve({ token: "t2", expiresAt: 1 });
    };
    const cache = createTokenCache({ acquire, now: () => 0, acquireTimeoutMs: 5 });
    await expect(cache.get(never)).rejects.toThrow(/timeout/);
    expect(await cache.get(never)).toBe("t2");
  });

  it("asks anew after an issuer that failed before it returned", async () => {
    let asked = 0;
    const acquire = () => {
      asked += 1;
      if (asked === 1) throw new Error("no way");
      return Promise.resolve({ token: "t2", expiresAt: 1 });
    };
    const cache = createTokenCache({ acquire, now: () => 0 });
    await expect(cache.get(never)).rejects.toThrow("no way");
    expect(await cache.get(never)).toBe("t2");
  });

  it("gives up the request under way when it is closed", async () => {
    const cache = createTokenCache({ acquire: hanging, now: () => 0 });
    const waiting = cache.get(never);
    cache.close();
    await expect(waiting).rejects.toThrow(/abort/);
  });
});

interface Script {
  readonly lifeMs?: number;
  readonly onRenewalFailed?: (error: unknown) => void;
}

function setUp({ lifeMs = 60 * MINUTE, onRenewalFailed }: Script = {}) {
  const clock = { now: 0 };
  let issued = 0;
  let failure: Error | undefined;
  const cache = createTokenCache({
    now: () => clock.now,
    ...(onRenewalFailed && { onRenewalFailed }),
    async acquire() {
      if (failure !== undefined) throw failure;
      issued += 1;
      return { token: `t${issued}`, expiresAt: clock.now + lifeMs };
    },
  });
  const fail = (error: Error | undefined) => {
    failure = error;
  };
  return { cache, clock, issued: () => issued, fail };
}

/** Never answers, but heeds the signal. */
function hanging(signal: AbortSignal): Promise<AccessToken> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")));
  });
}

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
