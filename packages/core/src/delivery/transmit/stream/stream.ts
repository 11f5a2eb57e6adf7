import type { Clock } from "../../../clock.ts";
import { messageOf } from "../../../errors.ts";
import { AcceptedEvent } from "../../../event/accepted-event.ts";
import { newUid } from "../../../event/new-uid.ts";
import type { StreamLog } from "../../queue/stream-log.ts";
import { hashOf } from "../shape/sample.ts";
import type { Select } from "../shape/select.ts";
import { checkpointEvent, previousOf } from "./checkpoint.ts";
import { NumberBatch } from "./number-batch.ts";
import { NumberWriter } from "./number-writer.ts";
import type { NumberingSettings } from "./numbering-settings.ts";
import { NumberedEvent, originalOf } from "./numbered-event.ts";
import { numbered, NumberedText } from "./numbered-text.ts";
import type { Signer } from "./signing-keys.ts";
import type { StreamEntry } from "./stream-entry.ts";
import { parseEntry } from "./stream-entry.ts";
import { UnseenEvents } from "./unseen-events.ts";
import type { EventKey } from "./known-events.ts";
import { StreamState } from "./stream-state.ts";

export interface StreamOptions {
  readonly destinationId: string;
  readonly orgId: string | null;
  readonly log: StreamLog;
  readonly clock: Clock;
  readonly signer: Signer;
}

export interface NumberedBatch {
  /** In the order given. */
  readonly records: readonly NumberedEvent[];
  /** Events that cannot be read or shaped. They have no number. */
  readonly failed: readonly { readonly record: AcceptedEvent; readonly reason: string }[];
}

/**
 * The numbers of a destination's events: gapless, in the order of the queue. A number is recorded before its event is
 * sent first, and stays the event's own over retries, restarts, replays and changes of the settings.
 */
export class Stream {
  readonly #options: StreamOptions;
  readonly #state: StreamState;
  /** Events of an earlier process that were not seen again yet. They may be settled. */
  readonly #unseen: UnseenEvents;
  /** Whether a marker of this process may be queued. One of an earlier process may never have been. */
  #hasMarked = false;
  /** Whether a write failed: numbers may be known here and nowhere else. */
  #isUnsafe = false;

  private constructor(options: StreamOptions, state: StreamState) {
    this.#options = options;
    this.#state = state;
    this.#unseen = new UnseenEvents(state);
  }

  static async open(options: StreamOptions): Promise<Stream> {
    const state = new StreamState(streamName(options.destinationId));
    for (const entry of await options.log.read()) state.apply(parseEntry(entry));
    return new Stream(options, state);
  }

  /** Its name, which each event has as `unmapped.attestation.chain_uid`. */
  get name(): string {
    return this.#state.stream;
  }

  /** Returns whether an event is selected. One that has a number stays selected, whatever the filter says today. */
  isSelected(record: AcceptedEvent, select: Select | undefined): boolean {
    if (select === undefined || this.#state.markers.has(record.id)) return true;
    return this.#numberOf(record) !== undefined || select(record);
  }

  /** Gives each event its number, or finds the one it has. Resolves once the numbers are safe. */
  async number(records: readonly AcceptedEvent[], settings: NumberingSettings): Promise<NumberedBatch> {
    const batch = new NumberBatch(this.#state);
    const writer = new NumberWriter(settings);
    const made: NumberedEvent[] = [];
    const failed: { record: AcceptedEvent; reason: string }[] = [];
    for (const record of records) {
      try {
        made.push(this.#numberOne(record, settings, batch, writer));
      } catch (error) {
        failed.push({ record, reason: messageOf(error) });
      }
    }
    batch.end();
    await this.#write(batch.entries);
    for (const json of batch.checkpoints) await this.#options.log.addCheckpoint(json);
    return { records: made, failed };
  }

  /** Returns the number of an event that is not settled; undefined if it has none. */
  numberOf(record: AcceptedEvent): number | undefined {
    return record instanceof NumberedEvent ? record.number : this.#numberOf(record);
  }

  settled(records: readonly AcceptedEvent[]): void {
    const now = this.#options.clock.elapsed();
    for (const record of records) this.#state.events.settle(keyOf(record), now);
    this.#state.forgetSettled(now);
  }

  /** Notes that nothing is queued: every event of an earlier process is settled. */
  queueIsEmpty(): void {
    this.#unseen.forget();
  }

  /** Records the numbers of dead letters, which the next checkpoint names. Call it before they are settled. */
  async deadLettered(records: readonly AcceptedEvent[], stage: string): Promise<void> {
    const events = records.map((record): [number, string] => {
      return [this.numberOf(record) ?? 0, this.#state.events.fingerprintOf(keyOf(record))];
    });
    await this.#change({ kind: "dead", stage, events });
  }

  /**
   * Creates an event that becomes a checkpoint of everything before it when it is taken from the queue. Undefined while
   * another one waits.
   */
  async marker(isFinal: boolean): Promise<AcceptedEvent | undefined> {
    const { orgId, clock } = this.#options;
    if (this.#state.markers.size > 0 && this.#hasMarked && !isFinal) return undefined;
    const uid = newUid();
    await this.#change({ kind: "marker", uid, isFinal });
    this.#hasMarked = true;
    const now = clock.now();
    const interval = this.#state.interval();
    const event = checkpointEvent({ stream: this.name, uid, orgId, interval, isFinal, time: now });
    const json = JSON.stringify(event);
    return new AcceptedEvent({ id: uid, orgId, classUid: 6002, severityId: 1, time: now, acceptedAt: now, json });
  }
  /** Returns the newest checkpoints as JSON texts, newest first. */
  checkpoints(limit: number): Promise<readonly string[]> {
    return this.#options.log.checkpoints(limit);
  }

  close(): Promise<void> {
    return this.#options.log.close();
  }

  #numberOne(
    record: AcceptedEvent,
    settings: NumberingSettings,
    batch: NumberBatch,
    writer: NumberWriter,
  ): NumberedEvent {
    const number = this.#numberOf(record);
    if (number !== undefined) {
      this.#unseen.saw(record.sequence);
      return this.#again(record, number, batch, writer);
    }
    this.#unseen.passed(record.sequence);
    if (this.#state.isEnded) batch.add(this.#newStream());
    const isFinal = this.#state.markers.get(record.id);
    return isFinal === undefined
      ? this.#fresh(record, batch, writer)
      : this.#checkpoint(record, isFinal, settings, batch);
  }

  #fresh(record: AcceptedEvent, batch: NumberBatch, writer: NumberWriter): NumberedEvent {
    const made = writer.write(originalOf(record), this.name, batch.next);
    batch.number(keyOf(record), markOf(record), made.fingerprint);
    return made.record;
  }

  /**
   * Returns an event's number. After a power cut a store may give a sequence to another event, whose mark differs.
   */
  #numberOf(record: AcceptedEvent): number | undefined {
    const { events } = this.#state;
    const key = keyOf(record);
    const number = events.numberOf(key);
    return number !== undefined && events.markOf(key) === markOf(record) ? number : undefined;
  }

  #again(record: AcceptedEvent, number: number, batch: NumberBatch, writer: NumberWriter): NumberedEvent {
    const text = this.#state.texts.get(number);
    if (text !== undefined) return new NumberedText(originalOf(record), number, text);
    const { record: made, fingerprint } = writer.write(originalOf(record), this.name, number);
    const isRevised = fingerprint !== "" && fingerprint !== this.#state.events.fingerprintOf(keyOf(record));
    if (isRevised) batch.add({ kind: "revised", number, fingerprint });
    return made;
  }

  #checkpoint(record: AcceptedEvent, isFinal: boolean, { step }: NumberingSettings, batch: NumberBatch): NumberedEvent {
    const { orgId, clock, signer } = this.#options;
    batch.end();
    const interval = this.#state.interval();
    const number = batch.next;
    const time = clock.now();
    const event = checkpointEvent({ stream: this.name, uid: record.id, orgId, interval, isFinal, time });
    const { id, classUid, severityId, acceptedAt } = record;
    const json = JSON.stringify(event);
    const filled = new AcceptedEvent({ id, orgId, classUid, severityId, time, acceptedAt, json });
    const shaped = step?.(filled) ?? filled;
    const made = numbered(filled, shaped.json, {
      stream: this.name,
      number,
      isFingerprinted: true,
      attestation: previousOf(interval),
      sign: (fingerprint) => [signatureOf(signer, fingerprint, time)],
    });
    const { fingerprint } = made;
    const { json: text } = made.record;
    batch.checkpoint({ kind: "checkpoint", number, uid: id, fingerprint, isFinal, json: text });
    batch.number(keyOf(record), markOf(record), fingerprint);
    return new NumberedText(originalOf(record), number, text);
  }

  /** After its final checkpoint, a stream has no more events. A destination of the same id begins another. */
  #newStream(): StreamEntry {
    const { destinationId, clock } = this.#options;
    return new StreamState(streamName(destinationId)).snapshot(clock.elapsed());
  }

  async #change(entry: StreamEntry): Promise<void> {
    this.#state.apply(entry);
    await this.#write([entry]);
  }

  async #write(entries: readonly StreamEntry[]): Promise<void> {
    const { log, clock } = this.#options;
    if (entries.length === 0 && !this.#isUnsafe) return;
    const texts = entries.map((entry) => JSON.stringify(entry));
    this.#isUnsafe = true;
    await log.append(texts, () => JSON.stringify(this.#state.snapshot(clock.elapsed())));
    this.#isUnsafe = false;
  }
}

function streamName(destinationId: string): string {
  return `${destinationId}/${newUid()}`;
}

/** In the form of OCSF's digital signature, which has no place for the signature's own value. */
function signatureOf(signer: Signer, fingerprint: string, time: number): Readonly<Record<string, unknown>> {
  const value = signer.sign(Buffer.from(fingerprint, "hex")).toString("base64");
  const scheme = { algorithm: "Ed25519", algorithm_id: 99, serialization: "JCS", serialization_id: 1 };
  return { ...scheme, created_time: time, key_uid: signer.keyId, value };
}

function markOf({ id, acceptedAt }: AcceptedEvent): number {
  return (hashOf(id) ^ acceptedAt) >>> 0;
}

function keyOf(record: AcceptedEvent): EventKey {
  return record.sequence === 0 ? originalOf(record) : record.sequence;
}
