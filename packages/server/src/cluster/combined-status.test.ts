import type { DestinationStatus } from "@arbitex/core/host";
import { describe, expect, it } from "vitest";
import { combinedStatus, noAccount } from "./combined-status.ts";
import type { NodeState } from "./node-state.ts";
import { nodeStateOf } from "./node-state.ts";

const NOW = 1_000_000;
const attempts = { accepted: 0, partial: 0, retry: 0, "too-large": 0, rejected: 0, suspend: 0 };
const deadLettered = { encode: 0, limit: 0, rejected: 0, send: 0, overflow: 0, expired: 0, removed: 0 };
const counts = { takenOver: 0, accepted: 0, delivered: 0, filtered: 0, unreadable: 0, deadLettered, attempts };
const own: DestinationStatus = {
  id: "soc",
  type: "splunk_hec",
  orgId: null,
  guarantee: "accepted",
  health: "pending",
  reason: undefined,
  fix: undefined,
  healthSince: 10,
  nextAttemptAt: undefined,
  counts,
  queued: 0,
  underWay: 0,
  queueBytes: 0,
  isFull: false,
  oldestEventAgeMs: 0,
  attemptAgeMs: 0,
  sendSeconds: { buckets: [], sum: 0, count: 0 },
  lastDeliveryAt: undefined,
  lastError: undefined,
};

function state(changes: Partial<NodeState> = {}): NodeState {
  return {
    health: "healthy",
    since: 100,
    counts: { ...counts, accepted: 5, delivered: 5, attempts: { ...attempts, accepted: 2 } },
    queued: 0,
    underWay: 0,
    queueBytes: 0,
    lastDeliveryAt: 500,
    ...changes,
  };
}

describe("a destination on servers that share a queue", () => {
  it("is as well as the worst of them, which is named first, delivered last when one of them last did, and adds up", () => {
    const failed = state({
      health: "failed",
      since: 300,
      reason: "403",
      fix: "a token",
      queued: 4,
      lastDeliveryAt: 200,
    });
    const states = [
      { node: "a", state: state() },
      { node: "b", state: failed },
    ];
    const account = { ...noAccount, delivered: 10, deadLettered: 1, queued: 4 };
    const shown = combinedStatus(own, states, account, NOW);
    expect(shown).toMatchObject({ health: "failed", healthSince: 300, reason: "403", fix: "a token" });
    expect(shown).toMatchObject({ lastDeliveryAt: 500, queued: 4, lifetime: { accepted: 15, queued: 4 } });
    expect(shown.counts).toMatchObject({ accepted: 10, delivered: 10, attempts: { accepted: 4 } });
    expect(shown.nodes?.map(({ node, health }) => [node, health])).toEqual([
      ["b", "failed"],
      ["a", "healthy"],
    ]);
  });

  it("is no longer held to the last word of a server whose events went to one that has delivered since", () => {
    const left = { node: "a", state: state({ health: "failed", since: 300, reason: "503", queued: 0 }) };
    const heir = { node: "b", state: state({ lastDeliveryAt: 400 }) };
    expect(combinedStatus(own, [left, heir], noAccount, NOW).health).toBe("healthy");
    const before = { node: "b", state: state({ lastDeliveryAt: 299 }) };
    expect(combinedStatus(own, [left, before], noAccount, NOW).health).toBe("failed");
    const stillThere = { node: "a", state: { ...left.state, queued: 1 } };
    expect(combinedStatus(own, [stillThere, heir], noAccount, NOW).health).toBe("failed");
  });

  it("is pending where none of them has had an event of it", () => {
    expect(nodeStateOf(own, NOW)).toBeUndefined();
    expect(combinedStatus(own, [], { ...noAccount, queued: 2 }, NOW)).toMatchObject({
      health: "pending",
      nodes: [],
      lifetime: { accepted: 2, queued: 2 },
    });
  });
});
