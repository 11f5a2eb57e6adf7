import type { AcceptedEvent } from "../../../event/accepted-event.ts";
import { contentOf } from "../../../event/event-content.ts";
import type { Attestation } from "./attestation.ts";
import { attestationOf } from "./attestation.ts";
import { plainFingerprint } from "./fingerprint.ts";
import type { Numbered } from "./numbered-event.ts";
import { numbered } from "./numbered-text.ts";
import type { NumberingSettings } from "./numbering-settings.ts";
import { SplicedNumber } from "./spliced-number.ts";

/** Shapes the events of one batch and gives them numbers. */
export class NumberWriter {
  readonly #settings: NumberingSettings;
  #attestation: Attestation | undefined;

  constructor(settings: NumberingSettings) {
    this.#settings = settings;
  }

  /** Shapes an event and gives it a number of a stream. */
  write(original: AcceptedEvent, stream: string, number: number): Numbered {
    const { step, isFingerprinted } = this.#settings;
    const source = step?.(original) ?? original;
    const content = contentOf(source, isFingerprinted);
    if (content === null) return numbered(original, source.json, { stream, number, isFingerprinted });
    const attestation = this.#attestationOf(stream);
    const fingerprint = isFingerprinted ? plainFingerprint(attestation.chain, content.hash, number) : "";
    const record = new SplicedNumber(original, number, { source, content, attestation, fingerprint });
    return { record, fingerprint };
  }

  /** A stream ends in the middle of few batches. */
  #attestationOf(stream: string): Attestation {
    if (this.#attestation?.stream !== stream) {
      this.#attestation = attestationOf(stream, this.#settings.isFingerprinted);
    }
    return this.#attestation;
  }
}
