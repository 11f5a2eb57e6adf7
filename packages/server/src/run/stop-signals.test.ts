import { expect, it } from "vitest";
import type { Terminal } from "../terminal/terminal.ts";
import { watchStopSignals } from "./stop-signals.ts";

it("drains at the first signal, ends at the second and kills at the third, counting npm's repetition as one", () => {
  const seen: string[] = [];
  let send: ((signal: NodeJS.Signals) => void) | undefined;
  let now = 0;
  const terminal: Pick<Terminal, "onSignal" | "kill"> = {
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
  expect(seen).toEqual(["first SIGINT", "second", "kill SIGINT"]);
  unwatch();
  expect(send).toBeUndefined();
});
