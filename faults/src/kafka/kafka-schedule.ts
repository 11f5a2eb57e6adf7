import { createChance } from "../schedule/seeded.ts";

/** Something that happens to a node or a broker, after the one before has begun. */
export interface Strike {
  readonly waitMs: number;
  readonly kind:
    | "kill node"
    | "stop node"
    | "restart node"
    | "cut node"
    | "silence node"
    | "kill broker"
    | "stop broker";
  readonly target: number;
  /** How long it lasts. */
  readonly lastsMs: number;
  /** Whether the next one waits until the others have taken over, so that it is seen how long that took. */
  readonly isWatched: boolean;
}

/** As often as they stand here. */
const KINDS: readonly Strike["kind"][] = [
  ...repeated("kill node", 6),
  ...repeated("kill broker", 3),
  ...repeated("stop node", 2),
  "restart node",
  "cut node",
  "silence node",
  "stop broker",
];

const LASTS: Readonly<Record<Strike["kind"], readonly [number, number]>> = {
  "kill node": [200, 2500],
  "stop node": [2000, 12_000],
  "restart node": [100, 1000],
  "cut node": [1000, 9000],
  "silence node": [1000, 9000],
  "kill broker": [500, 4000],
  "stop broker": [1000, 8000],
};

/** Makes the schedule of a seed. */
export function makeKafkaSchedule(
  seed: number,
  { strikes, nodes, brokers }: { readonly strikes: number; readonly nodes: number; readonly brokers: number },
): readonly Strike[] {
  const chance = createChance(seed);
  return Array.from({ length: strikes }, (): Strike => {
    const kind = chance.pick(KINDS);
    const [least, most] = LASTS[kind];
    return {
      waitMs: chance.integer(300, 2500),
      kind,
      target: chance.integer(0, (kind.endsWith("broker") ? brokers : nodes) - 1),
      lastsMs: chance.integer(least, most),
      isWatched: kind === "kill node" && chance.integer(1, 3) === 1,
    };
  });
}

function repeated(kind: Strike["kind"], times: number): readonly Strike["kind"][] {
  return Array.from({ length: times }, () => kind);
}

export function strikeText({ kind, target, lastsMs }: Strike): string {
  return `${kind} ${target + 1} for ${(lastsMs / 1000).toFixed(1)} s`;
}
