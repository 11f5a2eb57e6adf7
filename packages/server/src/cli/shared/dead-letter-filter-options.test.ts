import type { StoredDeadLetter } from "@arbitex/core/host";
import { describe, expect, it } from "vitest";
import { isMeant } from "../../dead-letters/dead-letter-filter.ts";
import { deadLetterFilterOf } from "./dead-letter-filter-options.ts";

const now = Date.parse("2026-11-25T12:00:00Z");
const deadLetter: StoredDeadLetter = {
  id: "l1",
  destination: "soc",
  type: "splunk_hec",
  orgId: null,
  eventId: "e1",
  stage: "send",
  reason: "503",
  attempts: 4,
  ambiguous: false,
  firstAttemptAt: null,
  deadLetteredAt: "2026-11-25T10:00:00.000Z",
  event: "{}",
  file: "soc.jsonl",
  line: 1,
};

describe("filter of dead letters", () => {
  it.each([
    [{}, true],
    [{ destination: "soc" }, true],
    [{ destination: "other" }, false],
    [{ stage: ["rejected", "send"] }, true],
    [{ stage: ["rejected"] }, false],
    [{ id: ["l1"] }, true],
    [{ id: ["l2"] }, false],
    [{ since: "3h" }, true],
    [{ since: "90m" }, false],
    [{ until: "90m" }, true],
    [{ since: "2026-11-25T10:00:00Z" }, true],
    [{ until: "2026-11-25T10:00:00Z" }, false],
    [{ since: "2026-11-24", until: "2026-11-26" }, true],
  ])("means a dead letter by %j: %s", (options, expected) => {
    expect(isMeant(deadLetter, deadLetterFilterOf(options, now))).toBe(expected);
  });

  it.each([
    ["50", true],
    ["SERVER", false],
  ])("means a dead letter whose reason holds %s: %s", (reason, expected) => {
    expect(isMeant(deadLetter, { reason })).toBe(expected);
  });

  it("refuses a stage and a time that there are not", () => {
    expect(() => deadLetterFilterOf({ stage: ["lost"] }, now)).toThrow(/Known are: encode/);
    expect(() => deadLetterFilterOf({ since: "yesterday-ish" }, now)).toThrow(/--since "yesterday-ish" is no time/);
  });
});
