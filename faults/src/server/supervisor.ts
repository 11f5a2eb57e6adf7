import { setTimeout as sleep } from "node:timers/promises";
import type { Orders } from "../shim/orders.ts";
import type { LifeEnd, LifeOptions, ServerLife } from "./server-life.ts";
import { startLife } from "./server-life.ts";

/** Keeps one server running: starts it again when it ends, as an operator's supervisor would. */
export interface Supervisor {
  /** Where the server listens now; undefined while it is down. */
  origin(): string | undefined;
  /** How often it was started and came up. */
  lives(): number;
  /** Starts that failed although nothing was wrong with the disk, and ends that nobody asked for. */
  readonly mishaps: readonly string[];
  order(change: Partial<Orders>): void;
  /** Ends the server and starts it again after a while. One after the other, when called while it is down. */
  restart(signal: "SIGKILL" | "SIGTERM", downMs: number): Promise<void>;
  /** Lets it stand still until one of another machine has its queue, and then go on for a while beside that one. */
  replaceFrozen(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<LifeEnd>;
}

const START_AGAIN_MS = 250;
/** What clients posted to a server that stood still is answered within this, once it goes on. */
const GOES_ON_FOR_MS = 3000;
/** Longer than any drain, in our time. */
const END_WITHIN_MS = 40_000;

export async function supervise(options: Omit<LifeOptions, "orders">, first: Orders): Promise<Supervisor> {
  const mishaps: string[] = [];
  let orders = first;
  let life: ServerLife;
  let origin: string | undefined;
  let lives = 0;
  let expectsEnd = false;
  let turn: Promise<void> = Promise.resolve();

  /** Until it listens: with a broken disk it may refuse to start, and is then started again. */
  async function begin(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      expectsEnd = false;
      const started = startLife({ ...options, orders });
      life = started;
      const listening = await started.listening;
      if (listening !== undefined) {
        origin = listening;
        lives++;
        void started.ended.then((end) => onEnd(started, end));
        return;
      }
      const { exitCode, lastWords } = await started.ended;
      if (orders.disk === "well")
        mishaps.push(`a start failed with exit code ${String(exitCode)}: ${lastWords.slice(-500)}`);
      if (attempt === 40) throw new Error(`the server does not start any more: ${lastWords}`);
      await sleep(START_AGAIN_MS);
    }
  }

  function onEnd(ended: ServerLife, { exitCode, lastWords }: LifeEnd): void {
    if (ended !== life || expectsEnd) return;
    origin = undefined;
    mishaps.push(`the server ended by itself with exit code ${String(exitCode)}: ${lastWords.slice(-500)}`);
    turn = turn.then(begin);
  }

  async function endLife(signal: "SIGKILL" | "SIGTERM"): Promise<LifeEnd> {
    expectsEnd = true;
    life.signal(signal);
    // While it drains it is still there to be asked, but takes no events.
    const giveUp = setTimeout(() => {
      mishaps.push(`the server did not end within ${END_WITHIN_MS / 1000} s after ${signal}`);
      life.signal("SIGKILL");
    }, END_WITHIN_MS);
    const ended = await life.ended;
    clearTimeout(giveUp);
    origin = undefined;
    return ended;
  }

  async function endAndBegin(previous: Promise<void>, signal: "SIGKILL" | "SIGTERM", downMs: number): Promise<void> {
    await previous;
    await endLife(signal);
    await sleep(downMs);
    await begin();
  }

  async function freezeAndReplace(previous: Promise<void>): Promise<void> {
    await previous;
    const frozen = life;
    frozen.signal("SIGSTOP");
    orders = { ...orders, machine: "another-machine" };
    await begin();
    frozen.signal("SIGCONT");
    await sleep(GOES_ON_FOR_MS);
    frozen.signal("SIGKILL");
    await frozen.ended;
  }

  await begin();
  return {
    mishaps,
    origin: () => origin,
    lives: () => lives,
    order(change) {
      orders = { ...orders, ...change };
      life.obey(orders);
    },
    restart(signal, downMs) {
      turn = endAndBegin(turn, signal, downMs);
      return turn;
    },
    replaceFrozen() {
      turn = freezeAndReplace(turn);
      return turn;
    },
    async stop() {
      await turn;
      return endLife("SIGTERM");
    },
  };
}
