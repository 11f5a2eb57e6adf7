import { setTimeout as sleep } from "node:timers/promises";
import type { Load } from "../schedule/schedule.ts";
import type { Chance } from "../schedule/seeded.ts";
import type { EventSupply } from "./event-supply.ts";
import type { Ledger } from "./ledger.ts";
import { post } from "./post.ts";

export interface LoadOptions {
  readonly load: Load;
  readonly supply: EventSupply;
  readonly ledger: Ledger;
  readonly chance: Chance;
  /** Where the server is now, and which of its processes that is; no origin while it is down. */
  readonly server: { origin(): string | undefined; lives(): number };
}

export interface RunningLoad {
  /** Events posted at least once. */
  readonly offered: () => number;
  /** Answers that were neither 202 nor a broken connection, and how often each came. */
  readonly answers: ReadonlyMap<string, number>;
  /** Resolves when the time is over. */
  readonly offering: Promise<void>;
  /** Resolves when the time is over and every event that was posted has been acknowledged. */
  readonly done: Promise<void>;
}

const AGAIN_MS = 100;
/** A batch that cannot be brought to an end in this time never will be. */
const GIVE_UP_MS = 90_000;

/** Posts events at a steady rate until the time is over, each batch again and again until it is acknowledged. */
export function startLoad({ load, supply, ledger, chance, server }: LoadOptions): RunningLoad {
  const startedAt = performance.now();
  const answers = new Map<string, number>();
  let next = 0;

  const isOver = () => (load.events === undefined ? performance.now() - startedAt >= load.forMs : next >= load.events);

  async function untilOver(): Promise<void> {
    while (!isOver()) await sleep(10);
  }

  async function client(): Promise<void> {
    while (true) {
      if (isOver()) return;
      const elapsed = performance.now() - startedAt;
      const due = Math.floor((elapsed / 1000) * load.eventsPerSecond) - next;
      if (due < 1) {
        await sleep(10);
        continue;
      }
      const first = next;
      next += Math.min(due, chance.integer(1, load.maxBatch));
      await deliver(Array.from({ length: next - first }, (_, at) => first + at));
    }
  }

  async function deliver(indexes: readonly number[]): Promise<void> {
    let rest = indexes;
    const giveUpAt = performance.now() + GIVE_UP_MS;
    const texts = new Map(indexes.map((index) => [index, supply.text(index)]));
    while (rest.length > 0) {
      if (performance.now() > giveUpAt) throw new Error("the server takes events no more");
      const origin = server.origin();
      const life = server.lives();
      if (origin !== undefined) rest = await attempt(rest, texts, { origin, life });
      if (rest.length > 0) await sleep(AGAIN_MS);
    }
  }

  async function attempt(
    indexes: readonly number[],
    texts: ReadonlyMap<number, string>,
    { origin, life }: { readonly origin: string; readonly life: number },
  ): Promise<readonly number[]> {
    const postedAt = performance.now();
    const result = await post(
      origin,
      indexes.map((index) => texts.get(index) ?? ""),
    );
    if (result.kind === "unreachable") return indexes;
    if (result.kind === "unknown") {
      count(result.why);
      ledger.leaveUnsure(indexes);
      return indexes;
    }
    if (result.status !== 202) count(String(result.status));
    const rejected = new Map(result.rejected.map(({ index, why }) => [index, why]));
    for (const [at, why] of rejected) ledger.refuse(indexes.slice(at, at + 1), why);
    ledger.acknowledge(
      indexes.slice(0, result.upTo).filter((_, at) => !rejected.has(at)),
      life,
      { postedAt, acknowledgedAt: performance.now() },
    );
    return indexes.slice(result.upTo);
  }

  function count(answer: string): void {
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
  }

  const done = Promise.all(Array.from({ length: load.clients }, client)).then(() => undefined);
  // Whoever waits for it learns of a failure; until then it must not end the whole process.
  done.catch(() => undefined);
  return { offered: () => next, answers, offering: untilOver(), done };
}
