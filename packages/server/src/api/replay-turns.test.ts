import { expect, it } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import type { Turn } from "./replay-turns.ts";
import { createReplayTurns } from "./replay-turns.ts";

const never = new AbortController().signal;

function open(places = 2) {
  const clock = createFakeClock();
  const turns = createReplayTurns({ places, turnMs: 1000, after: clock.after });
  const order: string[] = [];
  const running = new Map<string, Turn>();
  /** Asks for a turn, and for another as soon as one is over, as a replay that is not done does. */
  async function goOn(name: string, orgId: string, signal: AbortSignal): Promise<void> {
    const turn = await turns.take(orgId, signal);
    order.push(turn === undefined ? `not ${name}` : name);
    if (turn === undefined) return;
    running.set(name, turn);
    turn.over.addEventListener("abort", () => {
      turn.end();
      replay(name, orgId, signal);
    });
  }
  const replay = (name: string, orgId: string, signal = never) => void goOn(name, orgId, signal);
  const settle = () => clock.advance(0);
  return { clock, order, running, replay, settle };
}

it("an organisation runs one replay at a time, and its others keep nobody waiting", async () => {
  const { order, replay, settle, running } = open();
  replay("a1", "a");
  replay("a2", "a");
  replay("a3", "a");
  replay("b1", "b");
  await settle();
  expect(order).toEqual(["a1", "b1"]);
  running.get("a1")?.end();
  await settle();
  expect(order).toEqual(["a1", "b1", "a2"]);
});

it("replays that never end let the others in by turns", async () => {
  const { clock, order, replay, settle } = open();
  for (const org of ["a", "b", "c", "d", "e"]) replay(org, org);
  await settle();
  expect(order).toEqual(["a", "b"]);
  await clock.advance(1000);
  expect(order).toEqual(["a", "b", "c", "d"]);
  await clock.advance(1000);
  await clock.advance(1000);
  expect(new Set(order.slice(4, 8))).toEqual(new Set(["e", "a", "b", "c"]));
});

it("a replay goes on beyond its time while nobody waits, and ends when somebody comes", async () => {
  const { clock, order, replay, settle, running } = open(1);
  replay("a", "a");
  await settle();
  await clock.advance(60_000);
  expect(running.get("a")?.over.aborted).toBe(false);
  replay("b", "b");
  await settle();
  expect(order).toEqual(["a", "b"]);
});

it("one that is cancelled while it waits is gone", async () => {
  const { order, replay, settle, running } = open(1);
  const cancel = new AbortController();
  replay("a", "a");
  replay("b", "b", cancel.signal);
  replay("c", "c");
  cancel.abort();
  await settle();
  running.get("a")?.end();
  await settle();
  expect(order).toEqual(["a", "not b", "c"]);
});
