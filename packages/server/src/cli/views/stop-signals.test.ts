import { expect, it } from "vitest";
import type { Terminal } from "../terminal/terminal.ts";
import { watchStopSignals } from "./stop-signals.ts";

it("drains at the first signal, ends at the second and kills at the third, counting npm's repetition as one", () => {
  const seen: string[] = [];
  let send: ((signal: NodeJS.Signals) => void) | undefined;
  let end: (() => void) | undefined;
  let now = 0;
  const terminal: Pick<Terminal, "onSignal" | "onOrphaned" | "kill"> = {
    onOrphaned(action) {
      end = action;
      return () => {
        end = undefined;
      };
    },
    onSignal(action) {
      send = action;
      return () => {
        send = undefined;
      };
    },
    kill: (signal) => seen.push(`kill ${signal}`),
  };
  const steps = { first: (signal: string) => seen.push(`first ${signal}`), second: () => seen.push("second") };
  const unwatch = watchStopSignals(terminal, steps, () => now);
  for (const at of [0, 50, 1000, 1100, 2000]) {
    now = at;
    send?.("SIGINT");
  }
  end?.();
  expect(seen).toEqual(["first SIGINT", "second", "kill SIGINT"]);
  unwatch();
  expect([send, end]).toEqual([undefined, undefined]);
});

it("drains once when npm, which started it, is gone, whether or not a signal came before", () => {
  const seen: string[] = [];
  let send: ((signal: NodeJS.Signals) => void) | undefined;
  let end: (() => void) | undefined;
  const signals: Pick<Terminal, "onSignal" | "onOrphaned" | "kill"> = {
    onSignal: (action) => ((send = action), () => undefined),
    onOrphaned: (action) => ((end = action), () => undefined),
    kill: () => undefined,
  };
  watchStopSignals(signals, { first: (reason) => seen.push(`first ${reason}`), second: () => seen.push("second") });
  end?.();
  send?.("SIGTERM");
  expect(seen).toEqual(["first npm has ended", "second"]);
});
