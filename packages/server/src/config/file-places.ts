import type { Document, LineCounter, Pair, YAMLMap } from "yaml";
import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { FilePlace } from "@arbitex/core/host";

/** Maps paths of settings to lines and columns of the file. */
export interface FilePlaces {
  /** The place of an offset in the text. */
  at(offset: number): FilePlace;
  /** The place of a setting's key or value. For a setting that is absent, the place of its parent. */
  of(path: readonly PropertyKey[], part: "key" | "value"): FilePlace;
}

export function createFilePlaces(file: string, lines: LineCounter, document: () => Document | undefined): FilePlaces {
  function at(offset: number): FilePlace {
    const { line, col: column } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, column) };
  }
  return {
    at,
    of(path, part) {
      const found = document();
      return at(found === undefined ? 0 : offsetOf(found, path, part));
    },
  };
}

function offsetOf(document: Document, path: readonly PropertyKey[], part: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const inner: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap(inner)) {
      const pair = pairOf(inner, String(step), document);
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(inner)) {
      const item: unknown = inner.items[Number(step)];
      if (item === undefined) return offset;
      offset = startOf(item) ?? offset;
      node = item;
    } else return offset;
  }
  const isWritten = isScalar(node) && node.value !== null;
  return part === "value" && isWritten ? (startOf(node) ?? offset) : offset;
}

/** The last pair of a name, which is the effective one. Pairs merged by `<<` yield to the map's own. */
function pairOf(map: YAMLMap, name: string, document: Document): Pair | undefined {
  const own = map.items.findLast(({ key }) => isScalar(key) && String(key.value) === name);
  if (own !== undefined) return own;
  for (const { key, value } of map.items) {
    if (!isScalar(key) || key.value !== "<<") continue;
    for (const merged of isSeq(value) ? value.items : [value]) {
      const from: unknown = isAlias(merged) ? merged.resolve(document) : merged;
      const found = isMap(from) ? pairOf(from, name, document) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function startOf(node: unknown): number | undefined {
  if (!isAlias(node) && !isScalar(node) && !isMap(node) && !isSeq(node)) return undefined;
  return node.range?.[0];
}
