import type { OcsfEvent } from "../event/accepted-event.ts";

/** Reads many paths of an event in one walk: an absent object costs one look-up, not one per path. */
export interface PathReader {
  /** Returns the index of a path in the result of `read`. */
  slotOf(path: string): number;
  /** Returns the values by slot; undefined for an absent one. The next call reuses the array. */
  read(event: OcsfEvent): readonly unknown[];
}

interface Node {
  readonly key: string;
  slot: number;
  readonly children: Node[];
}

/** Creates a reader for paths such as `actor.user.uid`. A number is an array index. */
export function createPathReader(paths: Iterable<string>): PathReader {
  const slots = new Map<string, number>();
  const root: Node[] = [];
  for (const path of paths) {
    if (slots.has(path)) continue;
    slots.set(path, slots.size);
    let level = root;
    let node: Node | undefined;
    for (const key of path.split(".")) {
      node = level.find((sibling) => sibling.key === key);
      if (node === undefined) {
        node = { key, slot: -1, children: [] };
        level.push(node);
      }
      level = node.children;
    }
    if (node !== undefined) node.slot = slots.size - 1;
  }
  const values: unknown[] = Array.from({ length: slots.size });

  function walk(object: Readonly<Record<string, unknown>>, nodes: readonly Node[]): void {
    for (const { key, slot, children } of nodes) {
      const value = object[key];
      if (value === undefined || value === null) continue;
      if (slot >= 0) values[slot] = value;
      if (children.length > 0 && isObject(value)) walk(value, children);
    }
  }

  return {
    slotOf(path) {
      const slot = slots.get(path);
      if (slot === undefined) throw new Error(`the path ${path} is not among those that are read`);
      return slot;
    },
    read(event) {
      values.fill(undefined);
      walk(event, root);
      return values;
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
