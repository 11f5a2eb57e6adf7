import type { NumberRange } from "@arbitex/core/host";
import { parseRanges } from "@arbitex/core/host";
import { z } from "zod";
import type { ExportedEvent } from "./find-events.ts";
import { isObject } from "./find-events.ts";
import { valueOf } from "./judge-event.ts";

/** What a checkpoint says of its stream. */
export interface Checkpoint {
  readonly stream: string;
  readonly number: number;
  readonly time: number;
  readonly index: number;
  readonly from: number;
  readonly to: number;
  readonly root: string | undefined;
  readonly isFinal: boolean;
  readonly deadLettered: readonly NumberRange[];
  /** Number of dead letters that it does not name. */
  readonly unnamed: number;
  readonly underWay: readonly NumberRange[];
  /** Fingerprints of dead letters. */
  readonly unsent: ReadonlyMap<number, string>;
  /** Fingerprints that replace the first ones. */
  readonly revised: ReadonlyMap<number, string>;
  /** Its own fingerprint. */
  readonly fingerprint: string;
  /** Fingerprint of the one before it. */
  readonly previous: string | undefined;
}

const natural = z.int().min(0);
const ranges = z.string().transform((text, context) => {
  const parsed = parseRanges(text);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: "custom", message: "no ranges" });
  return z.NEVER;
});
const listed = z.object({ numbers: ranges, unnamed: natural.optional() });

const fingerprinted = z.object({ sequence: natural, fingerprint: z.string() });

const statement = z.object({
  index: natural,
  from: natural,
  to: natural,
  root: z.string().optional(),
  is_final: z.boolean(),
  dead_lettered: z.array(listed),
  under_way: listed,
  unsent: z.array(fingerprinted),
  revised: z.array(fingerprinted),
});

/** Returns whether an event claims to be a checkpoint. Only this host writes signatures: a publisher's own are moved. */
export function claimsCheckpoint({ unmapped }: ExportedEvent): boolean {
  const attestation = isObject(unmapped) ? unmapped["attestation"] : undefined;
  return isObject(attestation) && Object.hasOwn(attestation, "signatures");
}

/** Reads the checkpoint of an event whose signature is good; undefined if it is malformed. */
export function checkpointOf(event: ExportedEvent, stream: string, number: number): Checkpoint | undefined {
  const { unmapped, time } = event;
  if (!isObject(unmapped) || typeof time !== "number") return undefined;
  const parsed = statement.safeParse(unmapped["checkpoint"]);
  const attestation = unmapped["attestation"];
  if (!parsed.success || !isObject(attestation)) return undefined;
  const { index, from, to, root, is_final, dead_lettered, under_way, unsent, revised } = parsed.data;
  const previous = attestation["prev_event"];
  return {
    stream,
    number,
    time,
    index,
    from,
    to,
    root,
    isFinal: is_final,
    deadLettered: dead_lettered.flatMap(({ numbers }) => numbers),
    unnamed: dead_lettered.reduce((sum, { unnamed = 0 }) => sum + unnamed, 0),
    underWay: under_way.numbers,
    unsent: new Map(unsent.map(({ sequence, fingerprint }) => [sequence, fingerprint])),
    revised: new Map(revised.map(({ sequence, fingerprint }) => [sequence, fingerprint])),
    fingerprint: valueOf(attestation["fingerprint"]) ?? "",
    previous: isObject(previous) ? valueOf(previous["fingerprint"]) : undefined,
  };
}
