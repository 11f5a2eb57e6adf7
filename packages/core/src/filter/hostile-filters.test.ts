import { describe, expect, it } from "vitest";
import { AcceptedEvent } from "../event/accepted-event.ts";
import { celFilter } from "./cel-filter.ts";
import { createHostileFilters } from "../../test/hostile-filters.ts";

/**
 * Bounds of a whole run, far above what it takes: `npm run bench -- filters` measures. One filter that ran in time
 * exponential in its length, or whose pattern did, would not end at all.
 */
const COUNT = 2000;
const MOST_MS = 30_000;

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
const record = new AcceptedEvent({ id: "u", orgId: null, classUid: 3002, severityId: 3, time: 1, acceptedAt: 1, json });

describe("hostile filters", () => {
  it(
    "are refused or answer, all of them, in bounded time",
    () => {
      const started = process.cpuUsage();
      let compiled = 0;
      for (const source of createHostileFilters({ seed: 7, count: COUNT })) {
        const result = celFilter(source);
        if ("problem" in result) {
          expect(result.problem.message.length).toBeLessThan(6000);
          continue;
        }
        compiled++;
        expect(typeof result.filter.test(record)).toBe("boolean");
      }
      expect(compiled).toBeGreaterThan(COUNT / 20);
      // Of the processor, which a busy machine takes no more of.
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(MOST_MS);
    },
    MOST_MS * 6,
  );
});
