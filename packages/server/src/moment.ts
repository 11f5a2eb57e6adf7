import { z } from "zod";

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Direction of a relative time. */
export type Span = "ago" | "ahead";

/**
 * Parses a date (`2026-11-25`, `2026-11-25T17:00:00Z`; UTC without an offset) or a relative time (`90m`, `24h`, `7d`)
 * to milliseconds since the epoch. Undefined when the text is neither, or the day does not exist.
 */
export function parseMoment(text: string, now: number, span: Span): number | undefined {
  const found = /^(\d{1,9})([smhd])$/.exec(text);
  const unit = z.enum(["s", "m", "h", "d"]).safeParse(found?.[2]);
  if (found !== null && unit.success) {
    const ms = Number(found[1]) * UNIT_MS[unit.data];
    return span === "ago" ? now - ms : now + ms;
  }
  const isDay = z.iso.date().safeParse(text).success;
  const isTime = z.iso.datetime({ offset: true, local: true }).safeParse(text).success;
  if (!isDay && !isTime) return undefined;
  const hasOffset = isDay || /(?:Z|[+-]\d\d:?\d\d)$/.test(text);
  const time = Date.parse(hasOffset ? text : `${text}Z`);
  return Number.isNaN(time) ? undefined : time;
}
