import { join } from "node:path";
import type { Logger } from "../../../telemetry/logger.ts";
import { describeFailure } from "../../../transport/classify-failure.ts";
import type { Files } from "../../../files/files.ts";
import type { PendingRange, Segment, SegmentPurpose } from "./segment.ts";
import { newSegment, segmentName } from "./segment.ts";

export interface SegmentsOptions {
  readonly folder: string;
  readonly files: Files;
  readonly logger: Logger;
  /** Called when a segment still being written holds nothing unsettled. */
  readonly onEmpty: (segment: Segment) => void;
  /** Resolves once the settlements of a file to remove are recorded. */
  readonly whenWritten: () => Promise<void>;
}

/** The files of a queue folder: what each holds for which destination, and when it can be removed. */
export class Segments {
  readonly #options: SegmentsOptions;
  readonly #all = new Set<Segment>();
  /** Files to remove, or whose removal failed. */
  readonly #doneWith = new Set<Segment>();
  readonly #removals = new Set<Promise<void>>();
  #nextNumber = 1;
  #isAbandoned = false;
  /** Settled once files may be removed. */
  #kept: Promise<unknown> | undefined;
  #bytes = 0;

  constructor(options: SegmentsOptions) {
    this.#options = options;
  }

  /** Bytes on disk of unsettled events; an event for several destinations counts once. */
  get bytes(): number {
    return this.#bytes;
  }

  get all(): ReadonlySet<Segment> {
    return this.#all;
  }

  /** Iterates over existing files, including those no longer needed. */
  *onDisk(): Iterable<Segment> {
    yield* this.#all;
    yield* this.#doneWith;
  }

  /** Adds an existing file. */
  adopt(segment: Segment): void {
    this.#all.add(segment);
    this.reserveNumber(segment.number);
  }

  /** Reserves a number that was in use. */
  reserveNumber(number: number): void {
    this.#nextNumber = Math.max(this.#nextNumber, number + 1);
  }

  create(purpose: SegmentPurpose): Segment {
    const number = this.#nextNumber++;
    const path = join(this.#options.folder, segmentName(number, purpose.kind));
    const segment = newSegment(number, path, purpose);
    this.#all.add(segment);
    return segment;
  }

  /** Adds unsettled events to a pending range. */
  add(pendingRange: PendingRange, events: number, bytes: number): void {
    pendingRange.events += events;
    pendingRange.bytes += bytes;
    pendingRange.segment.pendingRanges.add(pendingRange);
    this.#account(pendingRange.segment, bytes);
  }

  /** Settles events of a pending range. The last one of a segment removes its file. */
  settle(pendingRange: PendingRange, events: number, bytes: number): void {
    pendingRange.events -= events;
    pendingRange.bytes -= bytes;
    this.#account(pendingRange.segment, -bytes);
    if (pendingRange.events > 0) return;
    pendingRange.segment.pendingRanges.delete(pendingRange);
    this.#removeIfDone(pendingRange.segment);
  }

  /** Moves a pending range to another file. */
  move(pendingRange: PendingRange, target: Segment, offset: number, end: number): void {
    const source = pendingRange.segment;
    this.#account(source, -pendingRange.bytes);
    source.pendingRanges.delete(pendingRange);
    pendingRange.segment = target;
    pendingRange.offset = offset;
    pendingRange.end = end;
    target.pendingRanges.add(pendingRange);
    this.#account(target, pendingRange.bytes);
    this.#removeIfDone(source);
  }

  seal(segment: Segment): void {
    segment.isSealed = true;
    this.#removeIfDone(segment);
  }

  grew(segment: Segment, size: number): void {
    segment.size = size;
    this.#account(segment, 0);
  }

  /** Notes an unreadable byte range. */
  damaged(segment: Segment, from: number, to: number): void {
    const { logger } = this.#options;
    if (segment.isDamaged) return;
    segment.isDamaged = true;
    logger.error({ file: segment.path, from, to }, "queue file is damaged; what can be read of it is delivered");
  }

  /** Keeps every file that is there until `work` has ended. */
  keepDuring(work: Promise<unknown>): void {
    this.#kept = Promise.allSettled([this.#kept, work]);
  }

  /** Stops removing files: another process has the folder. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  /** Resolves when files no longer needed are removed. */
  async idle(): Promise<void> {
    await Promise.all(this.#removals);
  }

  #account(segment: Segment, bytes: number): void {
    segment.unsettledBytes += bytes;
    const held = Math.min(segment.size, segment.unsettledBytes);
    this.#bytes += held - segment.heldBytes;
    segment.heldBytes = held;
  }

  #removeIfDone(segment: Segment): void {
    if (segment.pendingRanges.size > 0 || this.#isAbandoned) return;
    if (!segment.isSealed) return this.#options.onEmpty(segment);
    if (!this.#all.delete(segment)) return;
    this.#doneWith.add(segment);
    const removal = this.#remove(segment).finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  async #remove(segment: Segment): Promise<void> {
    const { files, logger, whenWritten } = this.#options;
    const { path, isDamaged } = segment;
    try {
      await whenWritten();
      await this.#kept;
      if (this.#isAbandoned) return;
      if (isDamaged) await files.rename(path, `${path}.bad`);
      else await files.remove(path);
      this.#doneWith.delete(segment);
    } catch (error) {
      // Nothing is lost: the next start removes it.
      logger.warn({ file: path, reason: describeFailure(error) }, "queue file that is done with cannot be removed");
    }
  }
}
