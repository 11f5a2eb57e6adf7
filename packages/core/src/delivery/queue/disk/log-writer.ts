import type { Logger } from "../../../telemetry/logger.ts";
import { describeFailure } from "../../../transport/classify-failure.ts";
import { SiemError } from "../../../errors.ts";
import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { DiskQueue } from "./disk-queue.ts";
import type { Files, SafeFile } from "../../../files/files.ts";
import type { EncodedFrame, WriteBatchEncoder } from "./write-batch-encoder.ts";
import { createWriteBatchEncoder } from "./write-batch-encoder.ts";
import type { Segment } from "./segment.ts";
import { createSegmentFile, SEGMENT_HEADER, writeIndex } from "./segment-file.ts";
import type { SegmentIndex } from "./segment-index.ts";
import { createSegmentIndex } from "./segment-index.ts";
import type { Segments } from "./segments.ts";

export interface LogWriterOptions {
  readonly folder: string;
  readonly files: Files;
  readonly segments: Segments;
  readonly logger: Logger;
  /** Size in bytes at which a segment is sealed. */
  readonly segmentBytes: number;
  /** First unused sequence. */
  readonly nextSequence: number;
  /** Called when events are in their queues. */
  readonly onCommitted: () => void;
  readonly onSealed: () => void;
}

export interface DiskWriteBatch {
  readonly records: readonly AcceptedEvent[];
  readonly queues: readonly DiskQueue[];
}

/** The file being written. */
interface OpenLog {
  readonly segment: Segment;
  readonly index: SegmentIndex;
  file: SafeFile | undefined;
  /** Size including everything encoded for it. */
  encodedSize: number;
  /** Number of destinations removed since it was begun. */
  left: number;
}

/** Appends written and synced together. */
interface Group {
  readonly log: OpenLog;
  readonly offset: number;
  readonly bytes: ByteWriter;
  readonly frames: EncodedFrame[];
  readonly waiters: Waiter[];
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Its UTF-8 may be three times as long and must fit into a frame. */
const LARGEST_EVENT_BYTES = 64 * 1024 * 1024;
/** Removed destinations after which a new file is begun: their settlements are kept as long as a file names them. */
const MOST_LEFT = 250;
const USUAL_GROUP_BYTES = 256 * 1024;
const MOST_KEPT_BYTES = 8 * 1024 * 1024;

/**
 * Appends write batches to the log. While one group is written and synced, the next collects: one sync serves all of
 * them.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #encoder: WriteBatchEncoder;
  #log: OpenLog | undefined;
  /** Unsealed files: the current one and full ones. */
  readonly #logs = new Set<OpenLog>();
  #groups: Group[] = [];
  #spare: ByteWriter | undefined;
  #committing: Promise<void> | undefined;
  #refusal: SiemError | undefined;
  /** Whether the last write failed. */
  #struggling = false;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#encoder = createWriteBatchEncoder(options.nextSequence);
  }

  get nextSequence(): number {
    return this.#encoder.nextSequence;
  }

  append(writeBatches: readonly DiskWriteBatch[]): Promise<void> {
    const refusal = this.#refusal ?? refusalOf(writeBatches);
    if (refusal !== undefined) return Promise.reject(refusal);
    const group = this.#openGroup();
    for (const { records, queues } of writeBatches) {
      if (queues.length === 0) continue;
      group.frames.push(...this.#encoder.encode(group, records, queues));
      group.log.encodedSize = group.offset + group.bytes.length;
    }
    return new Promise((resolve, reject) => {
      group.waiters.push({ resolve, reject });
      this.#committing ??= this.#commitAll();
    });
  }

  /** Closes the log. Resolves when everything appended is written. */
  async close(): Promise<void> {
    this.#refusal ??= new SiemError("SIEM_HOST_STOPPED", "The queue is closed.");
    await this.#committing;
    for (const log of this.#logs) await this.#seal(log);
  }

  /** Notes a removed destination. After many, the next append begins a file that does not name them. */
  left(): void {
    if (this.#log !== undefined) this.#log.left++;
  }

  /** Stops writing: another process has the folder. Further appends reject with `refusal`. */
  async abandon(refusal: SiemError): Promise<void> {
    this.#refusal = refusal;
    await this.#committing;
    for (const { file } of this.#logs) await file?.close();
    this.#logs.clear();
    this.#log = undefined;
  }

  #openGroup(): Group {
    if (this.#log === undefined || this.#isFull(this.#log)) {
      const segment = this.#options.segments.create({
        kind: "log",
        owner: undefined,
        firstSequence: this.nextSequence,
      });
      this.#log = { segment, index: createSegmentIndex(), file: undefined, encodedSize: 0, left: 0 };
      this.#logs.add(this.#log);
    }
    const log = this.#log;
    const last = this.#groups.at(-1);
    if (last?.log === log) return last;
    const bytes = this.#spare ?? new ByteWriter(USUAL_GROUP_BYTES);
    this.#spare = undefined;
    const group: Group = { log, offset: log.encodedSize, bytes, frames: [], waiters: [] };
    this.#groups.push(group);
    if (log.encodedSize === 0) {
      bytes.raw(SEGMENT_HEADER);
      log.encodedSize = bytes.length;
    }
    return group;
  }

  async #commitAll(): Promise<void> {
    // Appends until the end of this turn belong to the first group.
    await Promise.resolve();
    try {
      for (let group = this.#groups.shift(); group !== undefined; group = this.#groups.shift()) {
        await this.#commit(group);
        for (const log of this.#logs) {
          if (this.#isFull(log) && !this.#groups.some((other) => other.log === log)) await this.#seal(log);
        }
      }
    } finally {
      this.#committing = undefined;
    }
  }

  #isFull({ encodedSize, left }: OpenLog): boolean {
    return encodedSize >= this.#options.segmentBytes || left >= MOST_LEFT;
  }

  async #commit(group: Group): Promise<void> {
    const { files, folder, segments, onCommitted } = this.#options;
    const { log, offset, bytes, frames, waiters } = group;
    try {
      log.file ??= await createSegmentFile(files, folder, log.segment.path);
      await log.file.writeSafe(bytes.bytes, offset);
    } catch (cause) {
      await this.#fail(group, cause);
      return;
    }
    segments.grew(log.segment, offset + bytes.length);
    for (const { cachedFrame, extent, queues } of frames) {
      log.index.add(
        queues.map(({ destinationId }) => destinationId),
        extent,
        cachedFrame.offset,
      );
      for (const queue of queues) queue.push(cachedFrame, extent);
    }
    onCommitted();
    for (const { resolve } of waiters) resolve();
    for (const { queues } of frames) for (const queue of queues) queue.notify();
    this.#giveBack(bytes);
    if (this.#struggling) this.#options.logger.info({ folder }, "queue can be written again");
    this.#struggling = false;
  }

  /**
   * Abandons the segment. After a failed sync its state is unknown, and a second sync may confirm what is not on disk.
   * Earlier synced data stays.
   */
  async #fail(group: Group, cause: unknown): Promise<void> {
    const { folder, logger, segments } = this.#options;
    const { log } = group;
    const reason = describeFailure(cause);
    if (!this.#struggling) logger.error({ folder, reason }, "queue cannot be written, events are refused");
    this.#struggling = true;
    const failed = [group, ...this.#groups.filter((other) => other.log === log)];
    this.#groups = this.#groups.filter((other) => other.log !== log);
    if (this.#log === log) this.#log = undefined;
    await log.file?.truncate(log.segment.size).catch(() => undefined);
    await log.file?.close().catch(() => undefined);
    log.file = undefined;
    this.#logs.delete(log);
    segments.seal(log.segment);
    const message = `Events cannot be written to the queue in ${folder}: ${reason}. Make room on the disk, or check the folder and its owner.`;
    const error = isLocked(cause) ? cause : new SiemError("SIEM_QUEUE_WRITE", message, { cause });
    for (const { waiters } of failed) for (const { reject } of waiters) reject(error);
  }

  async #seal(log: OpenLog): Promise<void> {
    const { segments, logger, onSealed } = this.#options;
    const { segment, file, index } = log;
    this.#logs.delete(log);
    if (segment.isSealed) return;
    if (this.#log === log) this.#log = undefined;
    log.file = undefined;
    try {
      if (file !== undefined && segment.pendingRanges.size > 0) await writeIndex(file, segment, index);
      else await file?.close();
    } catch (error) {
      logger.warn({ file: segment.path, reason: describeFailure(error) }, "queue file is left without its index");
    }
    segments.seal(segment);
    onSealed();
  }

  #giveBack(bytes: ByteWriter): void {
    if (this.#spare !== undefined || bytes.capacity > MOST_KEPT_BYTES) return;
    bytes.clear();
    this.#spare = bytes;
  }
}

function isLocked(cause: unknown): cause is Error {
  return cause instanceof Error && "code" in cause && cause.code === "SIEM_QUEUE_LOCKED";
}

/** Returns why a batch must not be written: it could not be read back. */
function refusalOf(writeBatches: readonly DiskWriteBatch[]): SiemError | undefined {
  for (const { records } of writeBatches) {
    for (const { id, bytes } of records) {
      if (bytes <= LARGEST_EVENT_BYTES) continue;
      const message = `Event ${id} has ${bytes} bytes, and the queue stores events of up to ${LARGEST_EVENT_BYTES}.`;
      return new SiemError("SIEM_QUEUE_WRITE", message);
    }
  }
  return undefined;
}
