/** A part of a guide. Only what guides use is known; all else is a paragraph, as it is written. */
export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "list"; readonly isNumbered: boolean; readonly items: readonly string[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: "code"; readonly language: string; readonly text: string };

const FENCE = /^```\s*(\w*)/;
/** The line below a table's heading. */
const RULE = /^\s*\|[\s:|-]+$/;
const ITEM = /^\s*(?:[-*]|(\d+)[.)])\s+(.*)$/;

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const fence = FENCE.exec(line);
    if (fence !== null) {
      const end = lines.findIndex((other, index) => index > at && FENCE.test(other));
      const stop = end === -1 ? lines.length : end;
      blocks.push({ kind: "code", language: fence[1] ?? "", text: lines.slice(at + 1, stop).join("\n") });
      at = stop;
      continue;
    }
    if (isRow(line) && RULE.test(lines[at + 1] ?? "")) {
      const end = lines.findIndex((other, index) => index > at && !isRow(other));
      const stop = end === -1 ? lines.length : end;
      blocks.push({ kind: "table", head: cellsOf(line), rows: lines.slice(at + 2, stop).map(cellsOf) });
      at = stop - 1;
      continue;
    }
    const heading = /^#{1,6}\s+(.*)$/.exec(line);
    if (heading !== null) blocks.push({ kind: "heading", text: plain(heading[1] ?? "") });
    else if (ITEM.test(line)) addItem(blocks, line, lines[at - 1] ?? "");
    else if (line.trim() !== "") addLine(blocks, line.trim(), lines[at - 1] ?? "");
  }
  return blocks;
}

function isRow(line: string): boolean {
  return line.trimStart().startsWith("|");
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => plain(cell.trim().replaceAll("\\|", "|")));
}

function addItem(blocks: Block[], line: string, before: string): void {
  const [, number, text = ""] = ITEM.exec(line) ?? [];
  const last = blocks.at(-1);
  const isNumbered = number !== undefined;
  if (last?.kind === "list" && last.isNumbered === isNumbered && before.trim() !== "") {
    blocks[blocks.length - 1] = { ...last, items: [...last.items, plain(text)] };
  } else {
    blocks.push({ kind: "list", isNumbered, items: [plain(text)] });
  }
}

/** A line that goes on with the one before it. */
function addLine(blocks: Block[], line: string, before: string): void {
  const last = blocks.at(-1);
  const goesOn = before.trim() !== "" && !before.startsWith("#");
  if (goesOn && last?.kind === "paragraph") {
    blocks[blocks.length - 1] = { kind: "paragraph", text: `${last.text} ${plain(line)}` };
  } else if (goesOn && last?.kind === "list") {
    const items = [...last.items.slice(0, -1), `${last.items.at(-1) ?? ""} ${plain(line)}`];
    blocks[blocks.length - 1] = { ...last, items };
  } else {
    blocks.push({ kind: "paragraph", text: plain(line) });
  }
}

/** Emphasis and links without their marks: a link's address stands behind its text, to read, not to follow. */
function plain(text: string): string {
  return text
    .replaceAll(/\*\*([^*]+)\*\*/g, "$1")
    .replaceAll(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, "$1 ($2)")
    .replaceAll(/\[([^\]]+)\]\([^)\s]+\)/g, "$1");
}
