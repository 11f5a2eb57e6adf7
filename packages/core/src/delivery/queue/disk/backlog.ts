import type { Logger } from "../../../telemetry/logger.ts";
import { describeFailure } from "../../../transport/classify-failure.ts";
import { isSettled } from "./ack-state.ts";
import type { BacklogCopy } from "./backlog-copy.ts";
import { createBacklogCopy } from "./backlog-copy.ts";
import type { DiskQueue } from "./disk-queue.ts";
import type { Files, OpenFile } from "../../../files/files.ts";
import { FRAME_KIND, kindOf, routeText } from "./write-batch-frame.ts";
import { scanFrames } from "./scan-frames.ts";
import type { PendingRange, Segment } from "./segment.ts";
import { createSegmentFile, SEGMENT_HEADER, writeIndex } from "./segment-file.ts";
import type { SegmentIndex } from "./segment-index.ts";
import { createSegmentIndex } from "./segment-index.ts";
import type { Segments } from "./segments.ts";

export interface BacklogOptions {
  readonly folder: string;
  readonly files: Files;
  readonly segments: Segments;
  readonly queues: ReadonlyMap<string, DiskQueue>;
  readonly logger: Logger;
  /** Size in bytes at which a backlog file is sealed. */
  readonly segmentBytes: number;
  /** Number of newest sealed segments left alone: a destination a little behind settles them soon. */
  readonly keptSegments: number;
}

/** Share of a segment below which a pending range is moved; a larger one may stay. */
const SPARSE = 0.75;
/** Approximate bytes of an event on disk besides its JSON. */
const RECORD_BYTES = 100;
/** Approximate bytes copied at a time. */
const COPY_BYTES = 8 * 1024 * 1024;

interface OpenBacklog {
  readonly segment: Segment;
  readonly index: SegmentIndex;
}

/**
 * Moves the events of destinations that are far behind into separate files, so that log files can be removed. A dead
 * SIEM then uses disk for its own events only, and reads only those when it returns.
 */
export class Backlog {
  readonly #options: BacklogOptions;
  readonly #open = new Map<string, OpenBacklog>();
  #moving: Promise<void> | undefined;
  #closed = false;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** Looks for old segments that few destinations still need. */
  consider(): void {
    if (this.#closed || this.#moving !== undefined) return;
    this.#moving = this.#moveAll().finally(() => {
      this.#moving = undefined;
    });
  }

  /** Resolves when no move is under way. */
  async idle(): Promise<void> {
    await this.#moving;
  }

  /** Stops writing: another process has the folder. */
  abandon(): void {
    this.#closed = true;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#moving;
    for (const destinationId of this.#open.keys()) await this.#seal(destinationId);
  }

  /** Handles a segment whose events are all settled. */
  emptied(segment: Segment): void {
    if (segment.kind !== "backlog") return;
    for (const [destinationId, open] of this.#open) {
      if (open.segment !== segment || this.#moving !== undefined) continue;
      this.#open.delete(destinationId);
      this.#options.segments.seal(segment);
    }
  }

  async #moveAll(): Promise<void> {
    const { segments, keptSegments, logger } = this.#options;
    const sealed = [...segments.all].filter(({ kind, isSealed }) => kind === "log" && isSealed);
    sealed.sort((a, b) => a.number - b.number);
    try {
      for (const segment of sealed.slice(0, Math.max(0, sealed.length - keptSegments))) {
        // It was settled and its file removed while others were moved.
        const ifNeeded = (error: unknown) => {
          if (segments.all.has(segment)) throw error;
        };
        await this.#moveFrom(segment).catch(ifNeeded);
      }
    } catch (error) {
      // They are as safe where they are; the next sealed segment triggers another try.
      logger.warn({ reason: describeFailure(error) }, "events cannot be moved to a backlog");
    }
    for (const { segment } of this.#open.values()) if (segment.pendingRanges.size === 0) this.#drop(segment);
  }

  #drop(segment: Segment): void {
    for (const [destinationId, open] of this.#open) if (open.segment === segment) this.#open.delete(destinationId);
    this.#options.segments.seal(segment);
  }

  async #moveFrom(segment: Segment): Promise<void> {
    const sparse = [...segment.pendingRanges].filter(
      ({ events, bytes }) => bytes + events * RECORD_BYTES < segment.size * SPARSE,
    );
    while (sparse.length > 0 && !this.#closed) {
      const pendingRanges: PendingRange[] = [];
      for (let bytes = 0; bytes < COPY_BYTES && sparse.length > 0; ) {
        const pendingRange = sparse.pop();
        if (pendingRange === undefined) break;
        pendingRanges.push(pendingRange);
        bytes += pendingRange.bytes;
      }
      const copies = await this.#copy(segment, pendingRanges);
      for (const [pendingRange, copy] of copies) if (!this.#closed) await this.#move(pendingRange, copy);
    }
  }

  /** Copies the frames of each pending range's unsettled events. */
  async #copy(
    segment: Segment,
    pendingRanges: readonly PendingRange[],
  ): Promise<ReadonlyMap<PendingRange, BacklogCopy>> {
    const { files, segments, queues } = this.#options;
    const copies = new Map<string, BacklogCopy>();
    const byRange = new Map<PendingRange, BacklogCopy>();
    for (const pendingRange of pendingRanges) {
      const state = queues.get(pendingRange.destinationId)?.ackState();
      if (state === undefined) continue;
      const copy = createBacklogCopy(pendingRange.destinationId, (sequence) => !isSettled(state, sequence));
      copies.set(pendingRange.destinationId, copy);
      byRange.set(pendingRange, copy);
    }
    const file = await files.open(segment.path, "read");
    try {
      await scanFrames({
        file,
        from: Math.min(...pendingRanges.map(({ offset }) => offset)),
        to: segment.size,
        visit(frame) {
          if (kindOf(frame) !== FRAME_KIND.writeBatch) return "go-on";
          for (const id of routeText(frame).split("\n")) copies.get(id)?.add(frame);
          return "go-on";
        },
        onBad: (from, to) => segments.damaged(segment, from, to),
      });
    } finally {
      await file.close();
    }
    return byRange;
  }

  async #move(pendingRange: PendingRange, copy: BacklogCopy): Promise<void> {
    const { segments, queues, segmentBytes } = this.#options;
    const { destinationId, firstSequence, lastSequence } = pendingRange;
    const extent = copy.extent();
    if (extent === undefined) return;
    const bytes = copy.finish(firstSequence, lastSequence);
    const { segment, index } = this.#backlogOf(destinationId);
    segment.firstSequence = Math.min(segment.firstSequence, extent.firstSequence);
    const offset = segment.size === 0 ? SEGMENT_HEADER.length : segment.size;
    try {
      await this.#write(segment, bytes, offset);
    } catch (error) {
      this.#drop(segment);
      throw error;
    }
    const end = offset + bytes.length;
    segments.grew(segment, end);
    index.add([destinationId], extent, offset);
    index.moved(firstSequence, lastSequence, end);
    // Otherwise all of it was settled meanwhile.
    if (pendingRange.events > 0) queues.get(destinationId)?.moved(pendingRange, segment, offset, end);
    if (end >= segmentBytes) await this.#seal(destinationId);
  }

  async #write(segment: Segment, bytes: Buffer, offset: number): Promise<void> {
    const { files, folder } = this.#options;
    let file: OpenFile;
    if (segment.size > 0) file = await files.open(segment.path, "change");
    else {
      file = await createSegmentFile(files, folder, segment.path);
      bytes = Buffer.concat([SEGMENT_HEADER, bytes]);
      offset = 0;
    }
    try {
      await file.write(bytes, offset);
      await file.sync();
    } catch (error) {
      await file.truncate(segment.size).catch(() => undefined);
      throw error;
    } finally {
      await file.close().catch(() => undefined);
    }
  }

  #backlogOf(destinationId: string): OpenBacklog {
    let open = this.#open.get(destinationId);
    if (open === undefined) {
      const purpose = { kind: "backlog", owner: destinationId, firstSequence: Number.POSITIVE_INFINITY } as const;
      open = { segment: this.#options.segments.create(purpose), index: createSegmentIndex() };
      this.#open.set(destinationId, open);
    }
    return open;
  }

  async #seal(destinationId: string): Promise<void> {
    const { files, segments, logger } = this.#options;
    const open = this.#open.get(destinationId);
    if (open === undefined) return;
    this.#open.delete(destinationId);
    const { segment, index } = open;
    if (segment.pendingRanges.size > 0) {
      try {
        await writeIndex(await files.open(segment.path, "change"), segment, index);
      } catch (error) {
        logger.warn({ file: segment.path, reason: describeFailure(error) }, "queue file is left without its index");
      }
    }
    segments.seal(segment);
  }
}
