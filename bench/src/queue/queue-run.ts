/** What one measurement is given. */
export interface QueueRun {
  /** A folder of its own, removed in the end. */
  readonly folder: string;
  readonly batches: number;
}
