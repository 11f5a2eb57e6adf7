import { silentLogger } from "@arbitex/core";
import type { Leftover } from "@arbitex/core/host";
import { expect, it, onTestFinished } from "vitest";
import { createFakeClock } from "../../../core/test/fake-clock.ts";
import { watchLeftovers } from "./watch-leftovers.ts";

const MINUTE_MS = 60_000;

function watched() {
  const clock = createFakeClock();
  const waiting = new Map<string, Leftover>();
  const configured = new Set<string>();
  const told: string[] = [];
  let failure: Error | undefined;
  const watch = watchLeftovers({
    leftovers: () => [...waiting.values()],
    host: {
      async deadLetterLeftover({ id, orgId }) {
        told.push(`${id} of ${orgId}`);
        if (failure !== undefined) throw failure;
        waiting.delete(id);
        return 1;
      },
    },
    isConfigured: (id) => configured.has(id),
    clock,
    logger: silentLogger,
  });
  onTestFinished(() => watch.close());
  return {
    configured,
    told,
    fail: (error: Error | undefined) => void (failure = error),
    leave: (id: string) =>
      void waiting.set(id, { destinationId: id, events: 5, bytes: 0, oldestAcceptedAt: undefined }),
    pass: async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute++) await clock.advance(MINUTE_MS);
    },
  };
}

it("dead-letters what waits for a destination that had no configuration for an hour, and nothing before", async () => {
  const { leave, pass, told } = watched();
  leave("gone");
  await pass(60);
  expect(told).toEqual([]);
  await pass(2);
  expect(told).toEqual(["gone of null"]);
  await pass(120);
  expect(told).toEqual(["gone of null"]);
});

it("leaves what waits for a disabled destination, and for one that this server gets to know in time", async () => {
  const { configured, leave, pass, told } = watched();
  configured.add("disabled");
  leave("disabled");
  leave("new");
  await pass(50);
  configured.add("new");
  await pass(1);
  configured.delete("new");
  await pass(50);
  expect(told).toEqual([]);
});

it("tries again where dead letters cannot be written", async () => {
  const { fail, leave, pass, told } = watched();
  leave("gone");
  fail(new Error("no space"));
  await pass(61);
  fail(undefined);
  await pass(10);
  expect(told).toEqual(["gone of null", "gone of null"]);
});
