import { z } from "zod";

const UNIT_MS = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
const LONGEST_MS = 10 * 365.25 * 86_400_000;
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/;

/**
 * Schema of a duration: seconds, or text with a unit such as `500ms`, `5s`, `15m`, `72h`, `3d`. Parses to milliseconds.
 */
export function duration(description: string) {
  return z
    .union([
      z.number().min(0),
      z.string().regex(DURATION, { error: "expected seconds, or a number with ms, s, m, h or d" }),
    ])
    .transform(toMilliseconds)
    .refine((ms) => ms <= LONGEST_MS, { error: "expected ten years at most" })
    .meta({ description, expects: "seconds, or a number with ms, s, m, h or d", examples: ["30s"] });
}

function toMilliseconds(value: number | string): number {
  if (typeof value === "number") return Math.round(value * 1000);
  const [, amount = "", unit = "s"] = DURATION.exec(value) ?? [];
  return Math.round(Number(amount) * (UNIT_MS.get(unit) ?? 1000));
}
