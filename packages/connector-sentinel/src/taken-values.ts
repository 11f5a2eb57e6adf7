import type { Column, Step } from "./columns.ts";
import { homesOf } from "./columns.ts";
import { hasEscape, isComma, isList, isObject, isString, skipSpace, stringEnd, valueEnd } from "./json-bytes.ts";
import type { KeyTable } from "./key-table.ts";
import { createKeyTable } from "./key-table.ts";

/** What one look over an event's bytes gives; used again for the next event. */
export interface TakenValues {
  /** Two numbers a column, in the order of the columns: where its text stands, quotes included; both 0 when there is none. */
  readonly places: Int32Array;
  /** There are members at the event's top, each has a column, and no key that matters hides behind an escape. */
  isOrdinary: boolean;
}

export type TakeValues = (json: Uint8Array, start: number, end: number) => TakenValues;

/** A place where a column's text may stand. */
interface Home {
  readonly path: readonly Step[];
  readonly column: number;
  /** Where `found` has it. */
  readonly at: number;
  /** The member at the event's top that has to be missing for this place to count; undefined for the first place. */
  readonly unless: string | undefined;
}

/** What a key leads to: a text to take, an object or a list to look into, all or none of them. */
interface Target {
  readonly home: number;
  readonly inner: KeyTable<Target> | undefined;
  /** Of the first element of a list. */
  readonly first: KeyTable<Target> | undefined;
  /** The key is of interest for being there, at the event's top. */
  readonly witness: number;
}

/**
 * Makes a function that finds the texts of `taken` columns in an event, and whether all members at its top are `known`.
 * It reads the bytes once and builds nothing: parsing the event costs more than twice as much.
 */
export function createTakeValues(taken: readonly Column[], known: readonly string[]): TakeValues {
  const result: TakenValues = { places: new Int32Array(taken.length * 2), isOrdinary: true };
  const { places } = result;
  const homes = homesOfAll(taken);
  const witnesses = [...new Set(homes.flatMap(({ unless }) => unless ?? []))];
  const found = new Int32Array(homes.length * 2);
  const isThere = new Uint8Array(witnesses.length);
  const others = homes
    .filter(({ unless }) => unless !== undefined)
    .map(({ column, at, unless = "" }) => ({ column: column * 2, at: at * 2, witness: witnesses.indexOf(unless) }));
  const root = targetsOf(homes, witnesses, known);

  function read(json: Uint8Array, open: number, end: number, targets: KeyTable<Target>): number {
    let at = skipSpace(json, open + 1);
    if (!isString(json, at)) {
      result.isOrdinary &&= targets !== root;
      return at + 1;
    }
    for (;;) {
      const keyAt = at;
      const keyEnd = stringEnd(json, keyAt, end);
      const target = targets.find(json, keyAt + 1, keyEnd - 1);
      const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
      if (target === undefined) {
        at = valueEnd(json, start, end);
        result.isOrdinary &&= targets !== root && !hasEscape(json, keyAt, keyEnd);
      } else {
        if (target.witness >= 0 && targets === root) isThere[target.witness] = 1;
        at = readValue(json, start, end, target);
      }
      at = skipSpace(json, at);
      if (!isComma(json, at)) return at + 1;
      at = skipSpace(json, at + 1);
    }
  }

  function readValue(json: Uint8Array, start: number, end: number, { home, inner, first }: Target): number {
    if (inner !== undefined && isObject(json, start)) return read(json, start, end, inner);
    const after = valueEnd(json, start, end);
    if (first !== undefined && isList(json, start)) {
      const element = skipSpace(json, start + 1);
      if (isObject(json, element)) read(json, element, end, first);
    }
    if (home >= 0) {
      // The last one counts where a key is repeated, also when it is no text.
      const isText = isString(json, start);
      found[home * 2] = isText ? start : 0;
      found[home * 2 + 1] = isText ? after : 0;
    }
    return after;
  }

  return (json, start, end) => {
    found.fill(0);
    isThere.fill(0);
    result.isOrdinary = true;
    read(json, skipSpace(json, start), end, root);
    // The first places of the columns stand first.
    for (let index = 0; index < places.length; index += 1) places[index] = found[index] ?? 0;
    for (const { column, at, witness } of others) {
      if (places[column + 1] !== 0 || isThere[witness] === 1) continue;
      places[column] = found[at] ?? 0;
      places[column + 1] = found[at + 1] ?? 0;
    }
    return result;
  };
}

/** The first places of all columns, in their order, then the others. */
function homesOfAll(taken: readonly Column[]): readonly Home[] {
  const all = taken.map(({ path = [] }) => homesOf(path));
  const own = all.flatMap(([first = []], column) => [{ path: first, column, unless: undefined }]);
  const others = all.flatMap(([first = [], ...more], column) =>
    more.map((path) => ({ path, column, unless: String(first[0]) })),
  );
  return [...own, ...others].map((home, at) => ({ ...home, at }));
}

interface Wanted {
  readonly path: readonly Step[];
  readonly at: number;
}

function targetsOf(
  wanted: readonly Wanted[],
  witnesses: readonly string[] = [],
  known: readonly string[] = [],
): KeyTable<Target> {
  const keys = new Set([...known, ...wanted.flatMap(({ path }) => path.slice(0, 1).map(String))]);
  return createKeyTable(
    Array.from(keys, (key): [string, Target] => {
      const below = wanted.filter(({ path }) => path[0] === key).map(({ path, at }) => ({ path: path.slice(1), at }));
      const deeper = below.filter(({ path }) => path.length > 0);
      const inLists = deeper.filter(({ path }) => path[0] === 0).map(({ path, at }) => ({ path: path.slice(1), at }));
      const inObjects = deeper.filter(({ path }) => path[0] !== 0);
      return [
        key,
        {
          home: below.find(({ path }) => path.length === 0)?.at ?? -1,
          inner: inObjects.length > 0 ? targetsOf(inObjects) : undefined,
          first: inLists.length > 0 ? targetsOf(inLists) : undefined,
          witness: witnesses.indexOf(key),
        },
      ];
    }),
  );
}
