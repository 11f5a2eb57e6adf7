import type { Column, Step } from "./columns.ts";
import { homesOf } from "./columns.ts";
import { hasEscape, isComma, isList, isObject, isString, skipSpace, stringEnd, valueEnd } from "./json-bytes.ts";
import type { KeyTable } from "./key-table.ts";
import { createKeyTable } from "./key-table.ts";

/** Result of one pass over an event's bytes; reused for the next event. */
export interface TakenValues {
  /** Two numbers per column: start and end of its text, including quotes; both 0 if absent. */
  readonly places: Int32Array;
  /** Whether the event has top-level members, each has a column, and no relevant key is escaped. */
  isOrdinary: boolean;
}

export type TakeValues = (json: Uint8Array, start: number, end: number) => TakenValues;

/** What a key refers to: a column, an object to enter, a member to note, several of these or none. */
interface Target {
  readonly place: number;
  readonly inner: KeyTable<Target> | undefined;
  /** Slot that notes the value's start, for a top-level member that decides or holds what else is used. */
  readonly note: number;
}

/** Alternative place of some columns' texts, in events without a certain top-level member. */
interface OtherHome {
  /** Slots of the member that must be missing and of the one that then holds the texts. */
  readonly unless: number;
  readonly holder: number;
  /** Whether they are in the first element of a list. */
  readonly isInList: boolean;
  readonly targets: KeyTable<Target>;
}

/**
 * Creates a function that finds the texts of `taken` columns in an event and whether all its top-level members are
 * `known`. It reads the bytes once without building values: parsing costs more than twice as much. Only an event that
 * lacks a member is read again for the alternative place.
 */
export function createTakeValues(taken: readonly Column[], known: readonly string[]): TakeValues {
  const result: TakenValues = { places: new Int32Array(taken.length * 2), isOrdinary: true };
  const { places } = result;
  const own = taken.map(({ path = [] }, index) => ({ path, place: index * 2 }));
  const moves = movesOf(own);
  const noted = [...new Set(moves.flatMap(({ unless, holder }) => [unless, holder]))];
  const starts = new Int32Array(noted.length);
  const root = targetsOf(own, known, noted);
  const others = moves.map(({ unless, holder, isInList, wanted }): OtherHome => {
    return { unless: noted.indexOf(unless), holder: noted.indexOf(holder), isInList, targets: targetsOf(wanted) };
  });
  const elsewhere = new Int32Array(places.length);

  function read(json: Uint8Array, open: number, end: number, targets: KeyTable<Target>, into: Int32Array): number {
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
      if (target !== undefined && target.note >= 0) starts[target.note] = start;
      if (target?.inner !== undefined && isObject(json, start)) at = read(json, start, end, target.inner, into);
      else {
        at = valueEnd(json, start, end);
        if (target === undefined) result.isOrdinary &&= targets !== root && !hasEscape(json, keyAt, keyEnd);
        else if (target.place >= 0) {
          // Of a repeated key the last one counts, even if it is not text.
          const isText = isString(json, start);
          into[target.place] = isText ? start : 0;
          into[target.place + 1] = isText ? at : 0;
        }
      }
      at = skipSpace(json, at);
      if (!isComma(json, at)) return at + 1;
      at = skipSpace(json, at + 1);
    }
  }

  function readOther(json: Uint8Array, end: number, { holder, isInList, targets }: OtherHome): void {
    let at = starts[holder] ?? 0;
    if (at === 0 || isList(json, at) !== isInList) return;
    if (isInList) at = skipSpace(json, at + 1);
    if (!isObject(json, at)) return;
    elsewhere.fill(0);
    read(json, at, end, targets, elsewhere);
    for (let place = 0; place < places.length; place += 2) {
      if (places[place + 1] !== 0) continue;
      places[place] = elsewhere[place] ?? 0;
      places[place + 1] = elsewhere[place + 1] ?? 0;
    }
  }

  return (json, start, end) => {
    places.fill(0);
    starts.fill(0);
    result.isOrdinary = true;
    read(json, skipSpace(json, start), end, root, places);
    // Offset 0 is the event's brace, never a value.
    for (const other of others) if (starts[other.unless] === 0) readOther(json, end, other);
    return result;
  };
}

interface Wanted {
  readonly path: readonly Step[];
  readonly place: number;
}

interface Move {
  readonly unless: string;
  readonly holder: string;
  readonly isInList: boolean;
  readonly wanted: readonly Wanted[];
}

/** Returns the alternative places of all columns in order, grouped by holder. */
function movesOf(own: readonly { readonly path: readonly string[]; readonly place: number }[]): readonly Move[] {
  const single = own.flatMap(({ path, place }) => {
    const [, ...others] = homesOf(path);
    return others.map(([holder = "", ...below]): Move => {
      const isInList = below[0] === 0;
      const wanted = [{ path: isInList ? below.slice(1) : below, place }];
      return { unless: path[0] ?? "", holder: String(holder), isInList, wanted };
    });
  });
  return single
    .filter((move, index) => single.findIndex((other) => isAlike(other, move)) === index)
    .map((move) => {
      return { ...move, wanted: single.filter((other) => isAlike(other, move)).flatMap(({ wanted }) => wanted) };
    });
}

function isAlike(one: Move, other: Move): boolean {
  return one.unless === other.unless && one.holder === other.holder;
}

function targetsOf(
  wanted: readonly Wanted[],
  known: readonly string[] = [],
  noted: readonly string[] = [],
): KeyTable<Target> {
  const keys = new Set([...known, ...noted, ...wanted.flatMap(({ path }) => path.slice(0, 1).map(String))]);
  return createKeyTable(
    Array.from(keys, (key): [string, Target] => {
      const below = wanted.filter(({ path }) => path[0] === key);
      const deeper = below
        .filter(({ path }) => path.length > 1)
        .map(({ path, place }) => ({ path: path.slice(1), place }));
      return [
        key,
        {
          place: below.find(({ path }) => path.length === 1)?.place ?? -1,
          inner: deeper.length > 0 ? targetsOf(deeper) : undefined,
          note: noted.indexOf(key),
        },
      ];
    }),
  );
}
