import type { Plural } from "../strings/strings.ts";
import { filled } from "../strings/strings.ts";

export type Formats = ReturnType<typeof createFormats>;

/** Numbers and times as readers of `locale` write them. */
export function createFormats(locale: string) {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const preciseClock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const plurals = new Intl.PluralRules(locale);
  const unit = (name: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short", maximumSignificantDigits: 3 });
  const byUnit = new Map(
    ["millisecond", "second", "minute", "hour", "day", "byte", "kilobyte", "megabyte", "gigabyte"].map((name) => [
      name,
      unit(name),
    ]),
  );
  const inUnit = (value: number, name: string) => byUnit.get(name)?.format(value) ?? `${value}`;

  return {
    number: (value: number) => whole.format(value),
    fine: (value: number) => fine.format(value),
    compact: (value: number) => (value < 100_000 ? whole.format(value) : compact.format(value)),
    moment: (time: string | number) => moment.format(new Date(time)),
    clock: (time: number) => clock.format(new Date(time)),
    preciseClock: (time: number) => preciseClock.format(new Date(time)),
    /** "5 minutes ago", or "in 2 days". */
    relative(time: string | number, now: number): string {
      const seconds = (new Date(time).getTime() - now) / 1000;
      const size = Math.abs(seconds);
      if (size < 60) return relative.format(Math.trunc(seconds / 5) * 5, "second");
      if (size < 3600) return relative.format(Math.trunc(seconds / 60), "minute");
      if (size < 86_400) return relative.format(Math.trunc(seconds / 3600), "hour");
      return relative.format(Math.trunc(seconds / 86_400), "day");
    },
    duration(seconds: number): string {
      if (seconds < 1) return inUnit(Math.round(seconds * 1000), "millisecond");
      if (seconds < 120) return inUnit(seconds, "second");
      if (seconds < 7200) return inUnit(Math.round(seconds / 60), "minute");
      if (seconds < 172_800) return inUnit(Math.round(seconds / 3600), "hour");
      return inUnit(Math.round(seconds / 86_400), "day");
    },
    bytes(bytes: number): string {
      if (bytes < 1000) return inUnit(bytes, "byte");
      if (bytes < 1e6) return inUnit(bytes / 1e3, "kilobyte");
      if (bytes < 1e9) return inUnit(bytes / 1e6, "megabyte");
      return inUnit(bytes / 1e9, "gigabyte");
    },
    plural({ one, other }: Plural, n: number): string {
      return filled(plurals.select(n) === "one" ? one : other, { n: whole.format(n) });
    },
  };
}
