import { diffOf } from "./line-diff.ts";

/** A line of two texts side by side; undefined on the side that has none. */
export type BesideRow =
  | { readonly kind: "same" | "changed"; readonly before: string | undefined; readonly after: string | undefined }
  /** Lines that are alike on both sides, and not shown. */
  | { readonly kind: "folded"; readonly count: number };

// Lines that are shown around a change.
const AROUND = 3;

/** Two values side by side, line by line. Lines far from every change are folded. */
export function besideOf(before: unknown, after: unknown): BesideRow[] {
  const rows = pairedOf(before, after);
  const isNear = rows.map((_, at) =>
    rows.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind === "changed"),
  );
  if (!isNear.includes(true)) return rows;
  const shown: BesideRow[] = [];
  for (const [at, row] of rows.entries()) {
    const last = shown.at(-1);
    if (isNear[at] === true) shown.push(row);
    else if (last?.kind === "folded") shown[shown.length - 1] = { kind: "folded", count: last.count + 1 };
    else shown.push({ kind: "folded", count: 1 });
  }
  return shown;
}

function pairedOf(before: unknown, after: unknown): BesideRow[] {
  const rows: BesideRow[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      rows.push({ kind: "changed", before: removed[at], after: added[at] });
    }
    removed = [];
    added = [];
  };
  for (const { kind, text } of diffOf(linesOf(before), linesOf(after))) {
    if (kind === "removed") removed.push(text);
    else if (kind === "added") added.push(text);
    else {
      flush();
      rows.push({ kind: "same", before: text, after: text });
    }
  }
  flush();
  return rows;
}

/** Without the commas at the ends of lines: a member that goes would change the line before it too. */
function linesOf(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(/,$/gm, "");
}
