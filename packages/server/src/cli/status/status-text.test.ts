import { describe, expect, it } from "vitest";
import type { DestinationLine } from "./status-report.ts";
import { destinationText, statusText } from "./status-text.ts";

const now = Date.parse("2026-11-30T12:00:00Z");
const view = { paint: (_: string, text: string) => text, width: undefined, now };
const server = { pid: 1, node: "siem-1", version: "1.0.0", started_at: new Date(now).toISOString(), config: null };

function line(id: string, changes: Partial<DestinationLine> = {}): DestinationLine {
  return {
    id,
    type: "splunk_hec",
    org_id: null,
    health: "healthy",
    since: null,
    reason: null,
    fix: null,
    next_attempt_at: null,
    oldest_age_seconds: 0,
    queued: 0,
    under_way: 0,
    attempt_age_seconds: 0,
    dead_letters_waiting: 0,
    dead_letters_waiting_by_stage: {},
    delivered: 0,
    rate: 0,
    last_delivery_at: null,
    last_error: null,
    silence: null,
    configured_by: null,
    nodes: [],
    ...changes,
  };
}

describe("a destination that has become silent", () => {
  const silent = line("soc", { silence: { since: "2026-11-30T09:00:00Z", usual_per_hour: 120 } });
  const said = "nothing has come for 3 h, usually 120 events come an hour: see whether the sender still runs";

  it("needs a look, and stands before those that are well", () => {
    const text = statusText(
      { server, destinations: [line("lab"), silent], dead_letters_elsewhere: [], nodes: [] },
      view,
    );
    expect(text[1]).toBe("2 destinations, 1 of 2 need a look");
    expect(text.findIndex((one) => one.includes("soc"))).toBeLessThan(text.findIndex((one) => one.includes("lab")));
    expect(text).toContain(`soc: ${said}`);
  });

  it("says so where it is shown alone", () => {
    expect(destinationText(silent, view)).toContain(`  silence       ${said}`);
    expect(destinationText(line("lab"), view).join("\n")).not.toContain("silence");
  });
});
