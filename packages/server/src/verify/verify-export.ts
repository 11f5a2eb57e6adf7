import type { SplitEvents } from "../reading/event-texts.ts";
import { UsageError } from "../usage-error.ts";
import { checkpointOf, claimsCheckpoint } from "./checkpoint.ts";
import type { ExportedEvent } from "./find-events.ts";
import { findEvents, isObject } from "./find-events.ts";
import { judgeEvent } from "./judge-event.ts";
import type { VerifySignature } from "./public-keys.ts";
import { StreamEvidence } from "./stream-evidence.ts";
import type { StreamVerdict } from "./stream-verdict.ts";
import { isComplete, verdictOf } from "./stream-verdict.ts";

/** The verdict on an export. */
export interface ExportVerdict {
  /** False also if there is no stream, of which something could be proven. */
  readonly isComplete: boolean;
  readonly events: number;
  /** Events that belong to no stream. */
  readonly unnumbered: number;
  /** Texts that hold no event. */
  readonly unreadable: number;
  /** Inputs that cannot be read to their end, and why. */
  readonly broken: readonly string[];
  readonly streams: readonly StreamVerdict[];
}

/** A stream takes some 2 KB. */
const MOST_STREAMS = 100_000;

/** Collects what an export has. Each text is one value of it, such as a line. */
export class ExportCheck {
  readonly #verify: VerifySignature;
  readonly #streams = new Map<string, StreamEvidence>();
  #events = 0;
  #unnumbered = 0;
  #unreadable = 0;
  readonly #broken: string[] = [];
  #hasLedger = false;

  constructor(verify: VerifySignature) {
    this.#verify = verify;
  }

  get events(): number {
    return this.#events;
  }

  /** Adds that the rest of an input cannot be read. */
  addBroken(text: string): void {
    this.#broken.push(text);
  }

  /** Adds values of an export, such as its lines. */
  addTexts({ texts, refused }: SplitEvents): void {
    this.#unreadable += refused.length;
    for (const { bytes, ranges } of texts) {
      for (let index = 0; index + 1 < ranges.length; index += 2) {
        this.#addText(bytes.toString("utf8", ranges[index], ranges[index + 1]));
      }
    }
  }

  addValue(value: unknown): void {
    for (const event of findEvents(value)) {
      try {
        this.#addEvent(event);
      } catch (error) {
        if (error instanceof UsageError) throw error;
        // Nested deeper than the stack.
        this.#unreadable++;
      }
    }
  }

  /** Adds checkpoints of the ledger, which an export must agree with. Their events need not be in the export. */
  addLedger(ledger: unknown, { since = 0, until = Number.POSITIVE_INFINITY }: LedgerPeriod = {}): number {
    let count = 0;
    for (const event of ledgerEvents(ledger)) {
      const { place, fingerprint, uid } = judgeEvent(event);
      if (place === undefined || !claimsCheckpoint(event)) continue;
      const { time } = event;
      if (typeof time !== "number" || time < since || time > until) continue;
      this.#hasLedger = true;
      this.#addCheckpoint(event, { ...place, uid, fingerprint });
      count++;
    }
    return count;
  }

  /** `until` is the end of the exported period, in milliseconds since the epoch. */
  verdict(until?: number): ExportVerdict {
    const period = { until, hasLedger: this.#hasLedger };
    const streams = [...this.#streams.values()]
      .map((evidence) => verdictOf(evidence, period))
      .toSorted((a, b) => (a.stream < b.stream ? -1 : 1));
    return {
      isComplete: streams.length > 0 && streams.every(isComplete) && this.#broken.length === 0,
      events: this.#events,
      unnumbered: this.#unnumbered,
      unreadable: this.#unreadable,
      broken: this.#broken,
      streams,
    };
  }

  #addText(text: string): void {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#unreadable++;
      return;
    }
    this.addValue(value);
  }

  #addEvent(event: ExportedEvent): void {
    this.#events++;
    const judged = judgeEvent(event);
    const { place, uid, fingerprint } = judged;
    if (place === undefined) {
      this.#unnumbered++;
      return;
    }
    this.#evidenceOf(place.stream).add(place.number, judged);
    if (claimsCheckpoint(event) && judged.state !== "altered")
      this.#addCheckpoint(event, { ...place, uid, fingerprint });
  }

  #addCheckpoint(event: ExportedEvent, { stream, number, uid, fingerprint }: Claim): void {
    const evidence = this.#evidenceOf(stream);
    const { unmapped } = event;
    const attestation = isObject(unmapped) ? unmapped["attestation"] : undefined;
    const isSigned = isObject(attestation) && this.#verify(Buffer.from(fingerprint, "hex"), attestation["signatures"]);
    const checkpoint = isSigned ? checkpointOf(event, stream, number) : undefined;
    if (checkpoint === undefined) evidence.addForged({ number, uid });
    else evidence.addCheckpoint(checkpoint);
  }

  #evidenceOf(stream: string): StreamEvidence {
    let evidence = this.#streams.get(stream);
    if (evidence === undefined) {
      if (this.#streams.size >= MOST_STREAMS) {
        throw new UsageError(
          `It has more than ${MOST_STREAMS} streams. Export and verify them in parts, such as one destination each.`,
        );
      }
      evidence = new StreamEvidence(stream);
      this.#streams.set(stream, evidence);
    }
    return evidence;
  }
}

/** Which checkpoints of the ledger the export must have, by their time in milliseconds since the epoch. */
export interface LedgerPeriod {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

interface Claim {
  readonly stream: string;
  readonly number: number;
  readonly uid: string;
  readonly fingerprint: string;
}

/** The answer of `/v1/org/checkpoints` or of `/v1/destinations/ID/checkpoints`, or a list of checkpoints. */
function ledgerEvents(value: unknown): readonly ExportedEvent[] {
  if (Array.isArray(value)) return value.flatMap(ledgerEvents);
  if (!isObject(value)) return [];
  if (Object.hasOwn(value, "class_uid")) return [value];
  return [...ledgerEvents(value["checkpoints"]), ...ledgerEvents(value["destinations"])];
}
