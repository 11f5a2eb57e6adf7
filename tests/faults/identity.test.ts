import { describe, expect, it } from "vitest";
import { createIdentityWatch } from "../../faults/src/oracle/identity.ts";
import { figuresOf } from "../../faults/src/oracle/metrics.ts";

const scrape = (accepted: number, delivered: number, queued: number) =>
  figuresOf(
    [
      "# TYPE siem_events_accepted_total counter",
      `siem_events_accepted_total{destination="a"} ${accepted}`,
      `siem_events_delivered_total{destination="a"} ${delivered}`,
      'siem_events_dead_lettered_total{destination="a",stage="send"} 2',
      'siem_events_dead_lettered_total{destination="a",stage="limit"} 1',
      'siem_events_filtered_total{destination="a"} 4',
      `siem_events_queued{destination="a"} ${queued}`,
      'siem_attempts_total{destination="a",verdict="accepted"} 77',
    ].join("\n"),
  );

describe("the account at every scrape", () => {
  it("is read from the metrics, with the stages of dead letters added up", () => {
    expect(scrape(20, 10, 3).get("a")).toEqual({
      accepted: 20,
      delivered: 10,
      deadLettered: 3,
      filtered: 4,
      queued: 3,
    });
  });

  it("must add up", () => {
    const watch = createIdentityWatch(false);
    watch.look(1, scrape(20, 10, 3));
    expect(watch.problems).toEqual([]);
    watch.look(1, scrape(21, 10, 3));
    expect(watch.problems).toHaveLength(1);
  });

  it("may begin with what a durable queue holds, and must stay so for the life of the process", () => {
    const watch = createIdentityWatch(true);
    watch.look(1, scrape(20, 10, 8));
    watch.look(1, scrape(20, 13, 5));
    watch.look(2, scrape(20, 10, 3));
    expect(watch.problems).toEqual([]);
    watch.look(2, scrape(20, 10, 2));
    expect(watch.problems).toHaveLength(1);
  });
});
