import type { Step } from "../shape/step.ts";

/** How a configuration numbers its events. */
export interface NumberingSettings {
  readonly step: Step | undefined;
  /** Whether events have fingerprints, which checkpoints need. */
  readonly isFingerprinted: boolean;
}
