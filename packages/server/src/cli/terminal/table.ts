import type { Paint, Style } from "./paint.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Least width to which a cell is cut, with an ellipsis, when the terminal is too narrow. */
  readonly shrinkTo?: number;
  /** Least terminal width that shows this column. */
  readonly from?: number;
}

export type Cell = string | { readonly text: string; readonly style: Style };

export interface TableOptions {
  readonly paint: Paint;
  /** Columns of the terminal. Without it nothing is cut. */
  readonly width?: number | undefined;
  /** Spaces before each line. */
  readonly indent?: number;
}

const GAP = 2;

/** Formats rows as lines with aligned columns. */
export function tableLines(
  allColumns: readonly Column[],
  allRows: readonly (readonly Cell[])[],
  { paint, width = Number.POSITIVE_INFINITY, indent = 0 }: TableOptions,
): string[] {
  const isShown = (_: unknown, at: number) => (allColumns[at]?.from ?? 0) <= width;
  const columns = allColumns.filter(isShown);
  const rows = allRows.map((row) => row.filter(isShown));
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => textOf(row[at]).length)));
  let excess = indent + widths.reduce((sum, column) => sum + column + GAP, -GAP) - width;
  for (const [at, { shrinkTo }] of columns.entries()) {
    const current = widths[at] ?? 0;
    if (shrinkTo === undefined || excess <= 0 || current <= shrinkTo) continue;
    widths[at] = Math.max(shrinkTo, current - excess);
    excess -= current - (widths[at] ?? 0);
  }
  const line = (cells: readonly Cell[]) => {
    const parts = columns.map(({ align = "left" }, at) => fitted(cells[at] ?? "", widths[at] ?? 0, align, paint));
    return `${" ".repeat(indent)}${parts.join(" ".repeat(GAP))}`.trimEnd();
  };
  return [line(columns.map(({ title }) => ({ text: title, style: "dim" }))), ...rows.map(line)];
}

function fitted(cell: Cell, width: number, align: "left" | "right", paint: Paint): string {
  const text = cut(textOf(cell), width);
  const padding = " ".repeat(width - text.length);
  const painted = typeof cell === "string" ? text : paint(cell.style, text);
  return align === "right" ? padding + painted : painted + padding;
}

export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  return typeof cell === "string" ? cell : cell.text;
}
