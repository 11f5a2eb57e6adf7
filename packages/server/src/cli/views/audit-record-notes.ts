import type { AuditRecordCounts } from "@arbitex/core/host";
import { counted } from "../terminal/numbers.ts";
import type { Paint } from "../terminal/paint.ts";
import { printable } from "../terminal/paint.ts";

const MOST_SHOWN = 10;

/** Notes about audit records: actions without a mapping, and records without a time. */
export function auditRecordNotes({ unknownActions, untimed }: AuditRecordCounts, paint: Paint): string[] {
  return [...unknownActionLines(unknownActions, paint), ...untimedLines(untimed, paint)];
}

function unknownActionLines(unknownActions: AuditRecordCounts["unknownActions"], paint: Paint): string[] {
  const actions = Object.entries(unknownActions).toSorted(([, a], [, b]) => b - a);
  if (actions.length === 0) return [];
  const total = actions.reduce((sum, [, count]) => sum + count, 0);
  const names = actions.slice(0, MOST_SHOWN).map(([action, count]) => `${printable(action) || "(none)"} (${count})`);
  const more = actions.length > MOST_SHOWN ? ", …" : "";
  const head = `${counted(total, "audit record")} of an action that has no mapping, delivered as activity 99:`;
  return [`${paint("yellow", head)} ${names.join(", ")}${more}`];
}

function untimedLines(untimed: number, paint: Paint): string[] {
  if (untimed === 0) return [];
  return [paint("yellow", `${counted(untimed, "audit record")} without a time, delivered with that of its receipt.`)];
}
