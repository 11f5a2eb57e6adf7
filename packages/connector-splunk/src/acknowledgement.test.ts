import { describe, expect, it } from "vitest";
import type { AcknowledgementClock, PollAnswer } from "./acknowledgement.ts";
import { createAcknowledgements } from "./acknowledgement.ts";
import type { Channel } from "./channel.ts";
import { createChannel } from "./channel.ts";

const never = new AbortController().signal;
const timing = { firstPollMs: 1000, maxPollMs: 10_000, pollTimeoutMs: 30_000, timeoutMs: 300_000 };

describe("waiting for acknowledgements", () => {
  it("asks for all ids of a channel at once, a second after the first wait", async () => {
    const { acknowledgements, clock, polls } = setUp(({ ids }) => ({ kind: "answered", acknowledged: ids }));
    const channel = createChannel("a");
    const waits = [0, 1, 2].map((id) => acknowledgements.wait(channel, id, never));
    await clock.advance(999);
    expect(polls).toEqual([]);
    await clock.advance(1);
    expect(await Promise.all(waits)).toEqual(["acknowledged", "acknowledged", "acknowledged"]);
    expect(polls).toEqual([{ at: 1000, channel: "a", ids: [0, 1, 2] }]);
  });

  it("has no timer while nothing waits", async () => {
    const { acknowledgements, clock } = setUp(({ ids }) => ({ kind: "answered", acknowledged: ids }));
    expect(clock.timers()).toBe(0);
    const wait = acknowledgements.wait(createChannel("a"), 0, never);
    expect(clock.timers()).toBe(1);
    await clock.advance(1000);
    await wait;
    expect(clock.timers()).toBe(0);
  });

  it("polls more and more slowly while nothing comes", async () => {
    const { acknowledgements, clock, polls } = setUp(() => ({ kind: "answered", acknowledged: [] }));
    void acknowledgements.wait(createChannel("a"), 0, never);
    await clock.advance(40_000);
    expect(polls.map(({ at }) => at)).toEqual([1000, 3000, 7000, 15_000, 25_000, 35_000]);
  });

  it("polls soon again for a new batch, and when something came", async () => {
    const { acknowledgements, clock, polls } = setUp(({ ids }) => ({
      kind: "answered",
      acknowledged: ids.filter((id) => id === 1),
    }));
    const channel = createChannel("a");
    void acknowledgements.wait(channel, 0, never);
    await clock.advance(20_000);
    polls.length = 0;
    expect(await during(acknowledgements.wait(channel, 1, never), clock.advance(1000))).toBe("acknowledged");
    await clock.advance(1000);
    expect(polls.map(({ at }) => at)).toEqual([21_000, 22_000]);
  });

  it("gives a batch up when its time is over, and goes on for the others", async () => {
    const { acknowledgements, clock } = setUp(() => ({ kind: "failed" }));
    const channel = createChannel("a");
    const early = acknowledgements.wait(channel, 0, never);
    await clock.advance(200_000);
    const late = acknowledgements.wait(channel, 1, never);
    expect(await during(early, clock.advance(110_000))).toBe("expired");
    expect(clock.timers()).toBe(1);
    expect(await during(late, clock.advance(200_000))).toBe("expired");
    expect(clock.timers()).toBe(0);
  });

  it("ends every wait on a channel whose token has no acknowledgement", async () => {
    const { acknowledgements, clock } = setUp(() => ({ kind: "disabled" }));
    const channel = createChannel("a");
    const waits = Promise.all([acknowledgements.wait(channel, 0, never), acknowledgements.wait(channel, 1, never)]);
    expect(await during(waits, clock.advance(1000))).toEqual(["disabled", "disabled"]);
  });

  it("polls each channel for its own ids", async () => {
    const { acknowledgements, clock, polls } = setUp(({ ids }) => ({ kind: "answered", acknowledged: ids }));
    const waits = [createChannel("a"), createChannel("b")].map((channel) => acknowledgements.wait(channel, 0, never));
    await clock.advance(1000);
    await Promise.all(waits);
    expect(polls).toEqual([
      { at: 1000, channel: "a", ids: [0] },
      { at: 1000, channel: "b", ids: [0] },
    ]);
  });

  it("ends the waits on an abandoned channel alone", async () => {
    const { acknowledgements, clock } = setUp(({ ids }) => ({ kind: "answered", acknowledged: ids }));
    const [a, b] = [createChannel("a"), createChannel("b")];
    const waits = Promise.all([acknowledgements.wait(a, 0, never), acknowledgements.wait(b, 0, never)]);
    acknowledgements.abandon(a);
    expect(await during(waits, clock.advance(1000))).toEqual(["abandoned", "acknowledged"]);
  });

  it("stops with the signal, and with the sink", async () => {
    const { acknowledgements, clock } = setUp(() => ({ kind: "failed" }));
    const channel = createChannel("a");
    const stopping = new AbortController();
    const stopped = acknowledgements.wait(channel, 0, stopping.signal);
    const open = acknowledgements.wait(channel, 1, never);
    stopping.abort();
    expect(await stopped).toBe("stopped");
    acknowledgements.close();
    expect(await open).toBe("stopped");
    expect(await acknowledgements.wait(channel, 2, never)).toBe("stopped");
    expect(clock.timers()).toBe(0);
  });
});

interface Poll {
  readonly at: number;
  readonly channel: string;
  readonly ids: readonly number[];
}

function setUp(answer: (poll: Poll) => PollAnswer) {
  const clock = createManualClock();
  const polls: Poll[] = [];
  const acknowledgements = createAcknowledgements({
    timing,
    clock,
    async poll(channel: Channel, ids) {
      const poll = { at: clock.now(), channel: channel.id, ids };
      polls.push(poll);
      return answer(poll);
    },
  });
  return { acknowledgements, clock, polls };
}

async function during<T>(wait: Promise<T>, meanwhile: Promise<void>): Promise<T> {
  await meanwhile;
  return wait;
}

function createManualClock(): AcknowledgementClock & { advance(ms: number): Promise<void>; timers(): number } {
  const timers = new Map<symbol, { readonly at: number; readonly action: () => void }>();
  let now = 0;
  return {
    now: () => now,
    after(ms, action) {
      const key = Symbol("timer");
      timers.set(key, { at: now + ms, action });
      return () => timers.delete(key);
    },
    timers: () => timers.size,
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const [due] = [...timers].filter(([, { at }]) => at <= end).toSorted(([, a], [, b]) => a.at - b.at);
        if (due === undefined) break;
        const [key, { at, action }] = due;
        timers.delete(key);
        now = at;
        action();
        // Lets everything that the action set going come to rest.
        await new Promise(setImmediate);
      }
      now = end;
    },
  };
}
