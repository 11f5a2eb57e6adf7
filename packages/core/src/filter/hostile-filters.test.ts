import { describe, expect, it } from "vitest";
import { AcceptedEvent } from "../event/accepted-event.ts";
import { ByteEvent } from "../event/byte-event.ts";
import { celFilter } from "./cel-filter.ts";
import { createHostileFilters } from "../../test/hostile-filters.ts";

/**
 * Bound of a whole run, far above what it takes: one filter that ran in time exponential in its length, or whose pattern
 * did, would not end at all. `HOSTILE_FILTERS=10000` runs so many, each within the bounds of one, on a machine that is
 * not busy with much else.
 */
const wanted = process.env["HOSTILE_FILTERS"];
const COUNT = wanted === undefined ? 2000 : Number(wanted);
const MOST_MS = 30_000;
const MOST_COMPILE_MS = 5;
const MOST_RUN_MS = 1;

const long = "a".repeat(20_000);
const list = Array.from({ length: 3000 }, (_, index) => ({ name: `${long.slice(0, 50)}${index}`, type_id: index }));
let deep: object = { a: 1 };
for (let depth = 0; depth < 50; depth++) deep = { a: deep };
const json = JSON.stringify({
  class_uid: 3002,
  severity_id: 3,
  time: 1,
  message: long,
  metadata: { uid: "u", labels: Array.from({ length: 3000 }, () => long.slice(0, 100)) },
  actor: { user: { name: `${"a".repeat(600)}!`, email_addr: long } },
  observables: list,
  unmapped: { deep, long },
});
const facts = { id: "u", orgId: null, classUid: 3002, severityId: 3, time: 1, acceptedAt: 1 };
const record = new AcceptedEvent({ ...facts, json });
const text = Buffer.from(json);
/** The same, of which the scanner notes the fields that standing filters ask for. */
const scanned = new ByteEvent({ ...facts, text, bytes: text.length, notes: undefined, notesAt: 0 });

describe("hostile filters", () => {
  it(
    "are refused or answer, all of them, in bounded time",
    () => {
      const started = process.cpuUsage();
      let compiled = 0;
      for (const source of createHostileFilters({ seed: 7, count: COUNT })) {
        const result = celFilter(source, undefined, { isStanding: true });
        if ("problem" in result) {
          expect(result.problem.message.length).toBeLessThan(6000);
          continue;
        }
        compiled++;
        const passes = result.filter.test(record);
        expect(typeof passes).toBe("boolean");
        expect(result.filter.test(scanned)).toBe(passes);
      }
      expect(compiled).toBeGreaterThan(COUNT / 20);
      // Of the processor, which a busy machine takes no more of.
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(MOST_MS);
    },
    MOST_MS * 6,
  );

  it.runIf(wanted !== undefined)(
    "take little of the processor, each to compile and to ask about a large event whose members are known",
    () => {
      let [compiling, running] = [0, 0];
      for (const source of createHostileFilters({ seed: 7, count: COUNT })) {
        compiling = Math.max(
          compiling,
          leastMs(() => void celFilter(source), MOST_COMPILE_MS),
        );
        const result = celFilter(source, undefined, { isStanding: true });
        if ("problem" in result) continue;
        for (const asked of [record, scanned]) {
          result.filter.test(asked);
          running = Math.max(
            running,
            leastMs(() => void result.filter.test(asked), MOST_RUN_MS),
          );
        }
      }
      const found = `at most ${compiling.toFixed(2)} ms to compile, ${running.toFixed(2)} ms to run`;
      process.stdout.write(`${COUNT} expressions: ${found}\n`);
      expect(compiling).toBeLessThan(MOST_COMPILE_MS);
      expect(running).toBeLessThan(MOST_RUN_MS);
    },
    MOST_MS * 20,
  );
});

/** CPU time of some work, the least of a few times: a garbage collection may fall into any. */
function leastMs(work: () => void, enough: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < 8 && least > enough / 2; time++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
