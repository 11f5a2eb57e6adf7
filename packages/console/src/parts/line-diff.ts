/** A line of two texts beside each other. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

// Beyond this the comparison would be felt while scrolling through events.
const MOST_LINES = 2000;

/** The lines of `after` against those of `before`, by their longest common sequence. */
export function diffOf(before: string, after: string): DiffLine[] {
  const old = before.split("\n");
  const now = after.split("\n");
  if (old.length + now.length > MOST_LINES) return [...old.map(removed), ...now.map(added)];
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      lines.push({ kind: "same", text: old[i] ?? "" });
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      lines.push(removed(old[i++] ?? ""));
    } else {
      lines.push(added(now[j++] ?? ""));
    }
  }
  return [...lines, ...old.slice(i).map(removed), ...now.slice(j).map(added)];
}

function removed(text: string): DiffLine {
  return { kind: "removed", text };
}

function added(text: string): DiffLine {
  return { kind: "added", text };
}
