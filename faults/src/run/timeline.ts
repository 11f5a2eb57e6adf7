import { setTimeout as sleep } from "node:timers/promises";
import type { DiskFailure, PlannedDestination, Step } from "../schedule/schedule.ts";
import { hideCaFile, writeCaFile } from "../server/ca-file.ts";
import { writeConfigFile } from "../server/config-file.ts";
import type { Supervisor } from "../server/supervisor.ts";
import type { Fleet } from "../siems/fleet.ts";
import { siemOf } from "../siems/fleet.ts";
import type { Proxy } from "../siems/proxy.ts";
import { moveDeadLetters, moveQueue } from "./moves.ts";

export interface Stage {
  /** Events that were offered so far. */
  readonly offered: () => number;
  readonly folder: string;
  readonly fleet: Fleet;
  readonly supervisor: Supervisor;
  readonly proxy: Proxy | undefined;
  readonly destinations: readonly PlannedDestination[];
}

export interface Timeline {
  /** Resolves once the last step has begun and every restart is over. */
  readonly done: Promise<void>;
  /** What was not as a step says that it must be, in sentences. */
  readonly problems: readonly string[];
  /** Ends all that still goes wrong. */
  calm(): void;
}

/** Lets every step begin, and end, at its time. */
export function playSteps(steps: readonly Step[], stage: Stage, onStep: (step: Step) => void): Timeline {
  const { folder, fleet, supervisor, proxy } = stage;
  const timers: NodeJS.Timeout[] = [];
  /** Restarts, and what else must be over before the account is made. */
  const restarts: Promise<void>[] = [];
  const problems: string[] = [];
  const striking = new Map<string, Step>();
  let destinations = stage.destinations;
  let shiftMs = 0;

  const after = (ms: number, action: () => void) => timers.push(setTimeout(action, ms));
  const begin = (step: Step): void => {
    onStep(step);
    switch (step.kind) {
      case "strike": {
        const { faults } = siemOf(fleet, step.type);
        faults.set(step.rules);
        striking.set(step.type, step);
        after(step.forMs, () => {
          // Another one may have begun meanwhile.
          if (striking.get(step.type) === step) faults.clear();
        });
        return;
      }
      case "refuse-credentials": {
        const siem = siemOf(fleet, step.type);
        siem.refuseCredentials?.(true);
        after(step.forMs, () => siem.refuseCredentials?.(false));
        return;
      }
      case "refuse-tunnels":
        proxy?.refuse(step.status);
        after(step.forMs, () => proxy?.refuse(undefined));
        return;
      case "replace-ca":
        restarts.push(writeCaFile(folder, "right"));
        return;
      case "hide-ca":
        restarts.push(hideCaFor(folder, step.forMs));
        return;
      case "end-server":
        restarts.push(supervisor.restart(step.signal, step.downMs));
        return;
      case "reconfigure":
        destinations = destinations.map((one) => (one.type === step.type ? { ...one, delivery: step.delivery } : one));
        restarts.push(reconfigure(stage, destinations));
        return;
      case "break-disk":
        breakDisk(step.failure);
        after(step.forMs, () => supervisor.order({ disk: "well" }));
        return;
      case "shift-clock":
        shiftMs += step.byMs;
        supervisor.order({ shiftMs });
        return;
      case "freeze-server":
        restarts.push(supervisor.replaceFrozen());
        return;
      case "move-dead-letters":
        restarts.push(moveDeadLetters(stage.folder, step.way));
        return;
      case "move-queue":
        restarts.push(moveQueueFor(stage.folder, step.forMs));
        return;
      case "ask-ready":
        restarts.push(askReady(supervisor.origin(), step).then((found) => void problems.push(...found)));
        return;
      default:
        step satisfies never;
    }
  };
  const breakDisk = (failure: DiskFailure) => supervisor.order({ disk: failure });

  const begun = steps.map(async (step) => {
    await sleep(step.atMs);
    while (stage.offered() < (step.afterEvents ?? 0)) await sleep(20);
    begin(step);
  });
  return {
    done: allOver(begun, restarts),
    problems,
    calm() {
      for (const timer of timers) clearTimeout(timer);
      for (const siem of fleet.values()) {
        siem.faults.clear();
        siem.refuseCredentials?.(false);
      }
      proxy?.refuse(undefined);
      supervisor.order({ disk: "well" });
    },
  };
}

async function moveQueueFor(folder: string, forMs: number): Promise<void> {
  const bringBack = await moveQueue(folder);
  await sleep(forMs);
  await bringBack();
}

async function hideCaFor(folder: string, forMs: number): Promise<void> {
  const bringBack = await hideCaFile(folder);
  await sleep(forMs);
  await bringBack();
}

async function askReady(
  origin: string | undefined,
  { atMs, status }: Extract<Step, { kind: "ask-ready" }>,
): Promise<readonly string[]> {
  const response = await fetch(`${origin ?? ""}/readyz`);
  const text = await response.text();
  return response.status === status ? [] : [`/readyz answered ${response.status} ${text} at ${atMs} ms, not ${status}`];
}

async function allOver(begun: readonly Promise<void>[], restarts: readonly Promise<void>[]): Promise<void> {
  await Promise.all(begun);
  await Promise.all(restarts);
}

async function reconfigure({ folder, fleet, supervisor }: Stage, destinations: readonly PlannedDestination[]) {
  await writeConfigFile(folder, destinations, fleet);
  await supervisor.restart("SIGTERM", 0);
}
