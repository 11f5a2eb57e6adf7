import { createEventGenerator } from "@arbitex/simulators";
import { z } from "zod";

/** Realistic events without end. The id of each tells its index, so that nothing about them need be remembered. */
export interface EventSupply {
  /** The event as JSON. */
  readonly text: (index: number) => string;
  readonly id: (index: number) => string;
  /** The index of an event of this run; undefined for any other id. */
  readonly indexOf: (id: string) => number | undefined;
  readonly severityId: (index: number) => number;
  /** Events of one shape differ in nothing but their ids. */
  readonly shape: (index: number) => number;
}

const POOL = 400;
const PLACE = "the-id-goes-here";
const shape = z.looseObject({ severity_id: z.number(), metadata: z.looseObject({ uid: z.string() }) });

export function createEventSupply(seed: number): EventSupply {
  const generator = createEventGenerator({ seed, startTime: Date.now() - 60_000 });
  const pool = Array.from({ length: POOL }, () => shaped(generator.next()));
  const prefix = `${seed.toString(16).padStart(8, "0").slice(-8)}-0000-7000-8000-`;
  const shapeOf = (index: number) => pool[index % POOL] ?? shaped(generator.next());
  return {
    text(index) {
      const { head, tail } = shapeOf(index);
      return `${head}${prefix}${hex(index)}${tail}`;
    },
    id: (index) => `${prefix}${hex(index)}`,
    indexOf(id) {
      const digits = id.slice(prefix.length);
      return id.startsWith(prefix) && /^[0-9a-f]{12}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
    },
    severityId: (index) => shapeOf(index).severityId,
    shape: (index) => index % POOL,
  };
}

function hex(index: number): string {
  return index.toString(16).padStart(12, "0");
}

function shaped(event: unknown) {
  const { severity_id: severityId, metadata, ...rest } = shape.parse(event);
  const text = JSON.stringify({ ...rest, severity_id: severityId, metadata: { ...metadata, uid: PLACE } });
  const [head = "", tail = ""] = text.split(PLACE);
  return { head, tail, severityId };
}
