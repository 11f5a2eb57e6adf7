import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConnector, ndjson } from "@arbitex/core";
import type { HostStatus } from "@arbitex/core/host";
import { createHost } from "@arbitex/core/host";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { accountLines } from "../account/account-lines.ts";
import { serverAccount } from "../account/account.ts";
import { statusLine, statusLines } from "./status-lines.ts";

const destination = {
  id: "an-identifier-that-is-longer-than-most",
  config: {},
  connector: defineConnector({
    type: "refusing",
    displayName: "Refusing",
    guarantee: "accepted",
    configSchema: z.strictObject({}),
    limits: { maxBatchBytes: 100_000 },
    framing: ndjson,
    open: () => ({
      encode: (record) => record.json,
      send: async () => ({ kind: "suspend", reason: "403 \u001B[31mInvalid token", fix: "Set a token that is valid." }),
    }),
  }),
};

let status: HostStatus;
let stopped: HostStatus;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "status-"));
  const host = await createHost({ destinations: [destination], deadLetterPath: folder });
  await host.publish({ class_uid: 6003, time: 1, severity_id: 1, metadata: { uid: "x" } });
  await host.settled();
  status = host.status();
  await host.stop({ deadlineMs: 0 });
  stopped = host.status();
});
afterAll(() => rm(folder, { recursive: true }));

const plain = (_style: string, text: string) => text;

describe("status of a failed destination", () => {
  it("says why and what to do, within 80 columns", () => {
    const lines = statusLines(
      status.destinations.map((one) => ({ status: one, perSecond: 12.4 })),
      plain,
      80,
    );
    expect(lines.filter((line) => line.length > 79)).toEqual([]);
    expect(lines.join("\n")).toContain("failed          0       1     0  12/s");
    expect(lines[0]).toContain("DELIVERED  QUEUED  DEAD  RATE");
    expect(lines).toContain(" an-identifier-that-is-lon…: 403 Invalid token");
    expect(lines).toContain("   Set a token that is valid.");
  });

  it("fits every terminal from 40 to 200 columns, and never hides health, queue and dead letters", () => {
    for (let width = 40; width <= 200; width++) {
      const lines = statusLines(
        status.destinations.map((one) => ({ status: { ...one, queued: 1_234_567 }, perSecond: 1234 })),
        plain,
        width,
      );
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(width);
      expect(lines[1]).toMatch(/failed .*1,234,567 +0/);
    }
  });

  it("is one line in a log", () => {
    const [one] = status.destinations;
    expect(one && statusLine({ status: one, perSecond: 0 })).toBe(
      'an-identifier-that-is-longer-than-most failed delivered=0 queued=1 dead-lettered=0 rate=0/s last-error="403 Invalid token"',
    );
  });

  it("is in the account, with the way to replay", () => {
    const account = serverAccount(stopped, new Map([["event_too_large", 2]]));
    const view = { account, status: stopped, destinations: [destination], deadLetters: { placeOf: () => folder } };
    const lines = accountLines(view, plain, 80);
    expect(lines[0]).toBe("1 accepted, 2 refused.");
    expect(lines.slice(0, 4).filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join("\n")).toContain("is failed: 403 Invalid token.\n  Set a token that is valid.");
    expect(lines.join("\n")).toContain("1 event was dead-lettered (send 1).");
    expect(lines.at(-1)).toBe(`  To send them again: arbitex-siem dead-letters replay --destination ${destination.id}`);
  });
});
