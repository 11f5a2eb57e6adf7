import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { sameOrg } from "../../../event/same-org.ts";
import type { FairTurns } from "../../../fair-turns.ts";
import type { Files } from "../../../files/files.ts";
import type { HeldScope } from "../holdings.ts";
import type { AckState } from "./ack-state.ts";
import { isSettled } from "./ack-state.ts";
import type { FoundFrame } from "./scan-frames.ts";
import { SCAN_BYTES, scanFrames } from "./scan-frames.ts";
import { FRAME_KIND, kindOf, readWriteBatch, routeText } from "./write-batch-frame.ts";

/** What was held for other destinations at one moment. */
export interface HeldSnapshot {
  readonly destinationId: string;
  readonly scope: HeldScope;
  /** What each destination with unsettled events had settled. */
  readonly states: ReadonlyMap<string, AckState>;
  /** Queue files, oldest first, each up to the size it had. */
  readonly files: readonly HeldFile[];
}

export interface HeldFile {
  readonly path: string;
  readonly size: number;
}

/** A place in the files of a snapshot: everything before it is read. */
export interface HeldPosition {
  readonly file: number;
  readonly offset: number;
}

export interface HeldMeans {
  readonly files: Files;
  /** Shares the thread with deliveries. */
  readonly turns: FairTurns;
}

export interface HeldBatch {
  readonly records: readonly AcceptedEvent[];
  readonly next: HeldPosition;
}

/** Most that is read ahead of what is given; one frame more at times. */
const BATCH_BYTES = 1024 * 1024;
const BATCH_EVENTS = 1000;

/** Reads the events of a snapshot from a position on. The frames before it are read too, as a later file repeats some. */
export async function* readHeld(
  { files, turns }: HeldMeans,
  { destinationId, scope, states, files: heldFiles }: HeldSnapshot,
  from: HeldPosition,
): AsyncGenerator<HeldBatch, void> {
  const seen = new SeenSequences();
  const scratch = Buffer.allocUnsafeSlow(SCAN_BYTES);
  const unsettledOf = createUnsettledOf(destinationId, states);

  function isHeld(record: AcceptedEvent, unsettled: readonly AckState[]): boolean {
    const { sequence, acceptedAt, orgId } = record;
    if (acceptedAt < scope.since || (scope.orgId !== null && !(orgId !== null && sameOrg(orgId, scope.orgId)))) {
      return false;
    }
    // A destination far behind has copies of its own beside the log's.
    return unsettled.some((state) => !isSettled(state, sequence)) && seen.add(sequence);
  }

  for (const [index, { path, size }] of heldFiles.entries()) {
    const file = await files.open(path, "read");
    try {
      for (let offset = 0; offset < size; ) {
        const records: AcceptedEvent[] = [];
        let bytes = 0;
        offset = await scanFrames({
          file,
          from: offset,
          to: size,
          scratch,
          visit(frame) {
            const unsettled = unsettledOf(frame);
            if (unsettled.length === 0) return "go-on";
            for (const record of readWriteBatch(frame)) {
              if (!isHeld(record, unsettled)) continue;
              records.push(record);
              bytes += record.bytes;
            }
            return bytes < BATCH_BYTES && records.length < BATCH_EVENTS ? "go-on" : "stop";
          },
          pause: () => turns.take(destinationId),
          // The queue itself reports its damage.
          onBad: () => {},
        });
        if (records.length === 0 || isBefore({ file: index, offset }, from)) continue;
        // They become events of their own in the store.
        for (const record of records) record.sequence = 0;
        yield { records, next: { file: index, offset } };
      }
    } finally {
      await file.close();
    }
  }
}

/** Whether a frame that ends at `end` was read by the time that `reached` was noted. */
function isBefore(end: HeldPosition, reached: HeldPosition): boolean {
  return end.file < reached.file || (end.file === reached.file && end.offset <= reached.offset);
}

/** Returns the settlements of those that a frame is meant for and that had unsettled events. */
function createUnsettledOf(
  destinationId: string,
  states: ReadonlyMap<string, AckState>,
): (frame: FoundFrame) => readonly AckState[] {
  let lastRoute: string | undefined;
  let unsettled: readonly AckState[] = [];
  return (frame) => {
    if (kindOf(frame) !== FRAME_KIND.writeBatch) return [];
    const route = routeText(frame);
    if (route !== lastRoute) {
      lastRoute = route;
      const ids = route.split("\n");
      // Its own events came with the route.
      unsettled = ids.includes(destinationId) ? [] : ids.flatMap((id) => states.get(id) ?? []);
    }
    return unsettled;
  };
}

const PAGE_BITS = 16;

/** A set of sequences, a bit each: there may be tens of millions. */
class SeenSequences {
  readonly #pages = new Map<number, Uint8Array>();

  /** Returns false if it was added before. */
  add(sequence: number): boolean {
    const number = Math.floor(sequence / 2 ** PAGE_BITS);
    const within = sequence % 2 ** PAGE_BITS;
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Uint8Array(2 ** (PAGE_BITS - 3));
      this.#pages.set(number, page);
    }
    const bit = 1 << (within & 7);
    const byte = page[within >> 3] ?? 0;
    page[within >> 3] = byte | bit;
    return (byte & bit) === 0;
  }
}
