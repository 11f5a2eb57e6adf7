import type { RecordCounts } from "@arbitex/core/host";
import { counted } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";

const MOST_SHOWN = 10;

/** What to tell a person about audit records whose action has no mapping: their events are activity 99. */
export function unknownActionLines({ unknownActions }: RecordCounts, paint: Paint): string[] {
  const actions = Object.entries(unknownActions).toSorted(([, a], [, b]) => b - a);
  if (actions.length === 0) return [];
  const total = actions.reduce((sum, [, count]) => sum + count, 0);
  const names = actions.slice(0, MOST_SHOWN).map(([action, count]) => `${printable(action) || "(none)"} (${count})`);
  const more = actions.length > MOST_SHOWN ? ", …" : "";
  const head = `${counted(total, "audit record")} of an action that has no mapping, delivered as activity 99:`;
  return [`${paint("yellow", head)} ${names.join(", ")}${more}`];
}
