/** What `/metrics` says about one destination's events. */
export interface Figures {
  readonly accepted: number;
  readonly delivered: number;
  readonly deadLettered: number;
  readonly filtered: number;
  readonly queued: number;
}

type Mutable = { -readonly [Name in keyof Figures]: Figures[Name] };

const NAMES: Readonly<Record<string, keyof Figures>> = {
  siem_events_accepted_total: "accepted",
  siem_events_delivered_total: "delivered",
  siem_events_dead_lettered_total: "deadLettered",
  siem_events_filtered_total: "filtered",
  siem_events_queued: "queued",
};

const SAMPLE = /^(\w+)\{destination="([^"]+)"[^}]*\} (\S+)$/gm;

/** Reads Prometheus' text, by destination. */
export function figuresOf(text: string): ReadonlyMap<string, Figures> {
  const found = new Map<string, Mutable>();
  for (const [, family = "", destination = "", value] of text.matchAll(SAMPLE)) {
    const name = NAMES[family];
    if (name === undefined) continue;
    const figures = found.get(destination) ?? { accepted: 0, delivered: 0, deadLettered: 0, filtered: 0, queued: 0 };
    figures[name] += Number(value);
    found.set(destination, figures);
  }
  return found;
}
