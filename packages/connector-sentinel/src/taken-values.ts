import type { Column } from "./columns.ts";
import { hasEscape, isComma, isObject, isString, skipSpace, stringEnd, valueEnd } from "./json-bytes.ts";
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

/** What a key leads to: a column to fill, an object to look into, both or neither. */
interface Target {
  readonly place: number;
  readonly inner: KeyTable<Target> | undefined;
}

/**
 * Makes a function that finds the texts of `taken` columns in an event, and whether all members at its top are `known`.
 * It reads the bytes once and builds nothing: parsing the event costs more than twice as much.
 */
export function createTakeValues(taken: readonly Column[], known: readonly string[]): TakeValues {
  const result: TakenValues = { places: new Int32Array(taken.length * 2), isOrdinary: true };
  const { places } = result;
  const root = targetsOf(
    taken.map(({ path = [] }, place) => ({ path, place })),
    known,
  );

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
      if (target?.inner !== undefined && isObject(json, start)) at = read(json, start, end, target.inner);
      else {
        at = valueEnd(json, start, end);
        if (target === undefined) result.isOrdinary &&= targets !== root && !hasEscape(json, keyAt, keyEnd);
        else if (target.place >= 0) {
          // The last one counts where a key is repeated, also when it is no text.
          const isText = isString(json, start);
          places[target.place] = isText ? start : 0;
          places[target.place + 1] = isText ? at : 0;
        }
      }
      at = skipSpace(json, at);
      if (!isComma(json, at)) return at + 1;
      at = skipSpace(json, at + 1);
    }
  }

  return (json, start, end) => {
    places.fill(0);
    result.isOrdinary = true;
    read(json, skipSpace(json, start), end, root);
    return result;
  };
}

interface Wanted {
  readonly path: readonly string[];
  readonly place: number;
}

function targetsOf(wanted: readonly Wanted[], known: readonly string[] = []): KeyTable<Target> {
  const keys = new Set([...known, ...wanted.flatMap(({ path }) => path.slice(0, 1))]);
  return createKeyTable(
    Array.from(keys, (key): [string, Target] => {
      const below = wanted.filter(({ path }) => path[0] === key);
      const here = below.find(({ path }) => path.length === 1);
      const deeper = below
        .filter(({ path }) => path.length > 1)
        .map(({ path, place }) => ({ path: path.slice(1), place }));
      return [
        key,
        {
          place: here === undefined ? -1 : here.place * 2,
          inner: deeper.length > 0 ? targetsOf(deeper) : undefined,
        },
      ];
    }),
  );
}
