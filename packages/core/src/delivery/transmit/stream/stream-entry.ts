import { z } from "zod";

/** Numbers given to events, in order. */
const numbersEntry = z.object({
  kind: z.literal("numbers"),
  first: z.number(),
  count: z.number(),
  /** Their sequences in the queue store, as ranges; 0 for an event that is in no store. */
  at: z.array(z.tuple([z.number(), z.number()])),
  /** Checksums of the events, which tell whether a sequence is still the same event. */
  marks: z.array(z.number()),
  /** Their fingerprints, joined, in hexadecimal; empty without fingerprints. */
  fingerprints: z.string(),
});

/** Numbers whose events were dead-lettered, with their fingerprints. */
const deadEntry = z.object({
  kind: z.literal("dead"),
  stage: z.string(),
  events: z.array(z.tuple([z.number(), z.string()])),
});

/** Another fingerprint of a number, after a change of the settings that shape events. */
const revisedEntry = z.object({ kind: z.literal("revised"), number: z.number(), fingerprint: z.string() });

/** An event that becomes a checkpoint when it is taken from the queue. */
const markerEntry = z.object({ kind: z.literal("marker"), uid: z.string(), isFinal: z.boolean() });

/** A checkpoint was numbered; its numbers entry follows. */
const checkpointEntry = z.object({
  kind: z.literal("checkpoint"),
  number: z.number(),
  uid: z.string(),
  fingerprint: z.string(),
  isFinal: z.boolean(),
  /** The event as sent, which a repeat sends again. */
  json: z.string(),
});

/** Everything about a stream. */
const snapshotEntry = z.object({
  kind: z.literal("snapshot"),
  stream: z.string(),
  next: z.number(),
  from: z.number(),
  groups: z.string(),
  leaves: z.string(),
  /** What is known of events, as `KnownEvents` packs it, in base64. */
  events: z.string(),
  dead: z.array(z.tuple([z.string(), z.string()])),
  unsent: z.array(z.tuple([z.number(), z.string()])),
  revised: z.array(z.tuple([z.number(), z.string()])),
  markers: z.array(z.tuple([z.string(), z.boolean()])),
  checkpoints: z.number(),
  previous: z.object({ uid: z.string(), fingerprint: z.string(), at: z.number() }).optional(),
  texts: z.array(z.tuple([z.number(), z.string()])),
  isEnded: z.boolean(),
});

const entrySchema = z.discriminatedUnion("kind", [
  numbersEntry,
  deadEntry,
  revisedEntry,
  markerEntry,
  checkpointEntry,
  snapshotEntry,
]);

/** One change of a stream's state, as its log keeps it. */
export type StreamEntry = z.output<typeof entrySchema>;
export type SnapshotEntry = z.output<typeof snapshotEntry>;

export function parseEntry(text: string): StreamEntry {
  return entrySchema.parse(JSON.parse(text));
}
