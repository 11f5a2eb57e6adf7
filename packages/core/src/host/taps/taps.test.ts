import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../../test/fake-clock.ts";
import { createEventRecord } from "../../delivery/intake/accept-event.ts";
import { createShape } from "../../delivery/transmit/shape/shape.ts";
import { ByteEvent } from "../../event/byte-event.ts";
import { createRecentEvents } from "./recent-events.ts";
import type { TapAccount, TappedEvent } from "./taps.ts";
import { createTaps } from "./taps.ts";

const redaction = { rules: [{ path: ["message"], action: { kind: "mask" }, form: "text" }], key: undefined } as const;
const shape = createShape({ rendering: "arbitex", ocsfVersion: "1.1", redaction });

function records(count: number, org = "acme") {
  return Array.from({ length: count }, (_, index) =>
    createEventRecord({
      class_uid: 3002,
      severity_id: index % 5,
      time: 1,
      message: "secret",
      metadata: { uid: `e${index}` },
      actor: { org: { uid: org } },
    }),
  );
}

describe("a tap", () => {
  it("shows some of many events, redacted, and accounts for all", async () => {
    const clock = createFakeClock();
    const taps = createTaps(clock);
    const left = new AbortController();
    const tap = taps.open({ isMeant: (id) => id === "one", signal: left.signal });
    const items: (TappedEvent | TapAccount)[] = [];
    const reading = (async () => {
      for await (const item of tap) items.push(item);
    })();
    await Promise.resolve();
    taps.observerOf("one", null, shape)(records(300), records(2));
    taps.observerOf("other", null, shape)(records(10), []);
    await expect.poll(() => items.length).toBe(50);
    await clock.advance(1000);
    await expect.poll(() => items.at(-1)?.kind).toBe("account");
    expect(items.at(-1)).toEqual({ kind: "account", seen: 302, shown: 50, skipped: 252 });
    expect(JSON.stringify(items)).not.toContain("secret");
    left.abort();
    await reading;
    // Nothing is kept for one that left.
    taps.observerOf("one", null, shape)(records(1), []);
    expect(items).toHaveLength(51);
  });

  it("drops what its reader does not take, and never waits for it", async () => {
    const clock = createFakeClock();
    const taps = createTaps(clock);
    const left = new AbortController();
    const tap = taps.open({ isMeant: () => true, signal: left.signal });
    const first = tap.next();
    const observe = taps.observerOf("one", null, shape);
    for (let second = 0; second < 10; second++) {
      observe(records(100), []);
      await clock.advance(1000);
    }
    expect((await first).done).toBe(false);
    let last: TappedEvent | TapAccount | undefined;
    while (last?.kind !== "account") last = (await tap.next()).value ?? undefined;
    expect(last.seen).toBe(1000);
    // The rest waits for its reader.
    expect(1000 - last.shown - last.skipped).toBeLessThanOrEqual(200);
    expect(last.shown).toBeLessThanOrEqual(250);
    left.abort();
    await tap.next();
  });
});

describe("recent events", () => {
  it("are kept by organisation, a bounded number, the latest", async () => {
    const clock = createFakeClock();
    const recent = createRecentEvents(clock);
    for (let batch = 0; batch < 30; batch++) {
      recent.saw(records(50, "acme"));
      recent.saw(records(50, "other"));
      await clock.advance(100);
    }
    expect(recent.of("acme").length).toBe(1000);
    expect(recent.of("acme").every(({ orgId }) => orgId === "acme")).toBe(true);
    expect(recent.of(undefined).length).toBe(1000);
    expect(recent.of("nobody")).toEqual([]);
  });

  it("are some of very many", () => {
    const recent = createRecentEvents(createFakeClock());
    recent.saw(records(10_000));
    recent.saw(records(10_000));
    expect(recent.of("acme").length).toBeLessThanOrEqual(100);
    expect(recent.of("acme").length).toBeGreaterThan(50);
  });

  it("keep no memory that an event shares with others", () => {
    const recent = createRecentEvents(createFakeClock());
    const [text = ""] = records(1).map(({ json }) => json);
    const memory = Buffer.from(`[${text}]`);
    const fields = { id: "e0", orgId: "acme", classUid: 3002, severityId: 0, time: 1, acceptedAt: 1 };
    const own = { bytes: text.length, text: memory.subarray(1, 1 + Buffer.byteLength(text)) };
    recent.saw([new ByteEvent({ ...fields, ...own, notes: undefined, notesAt: 0 })]);
    memory.fill("x");
    expect(recent.of("acme").map(({ id, json }) => [id, json])).toEqual([["e0", text]]);
  });
});
