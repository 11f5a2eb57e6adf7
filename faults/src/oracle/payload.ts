import { isDeepStrictEqual } from "node:util";
import { isObject, parseJson } from "@arbitex/simulators";
import type { EventSupply } from "../client/event-supply.ts";

type Published = Pick<EventSupply, "text" | "indexOf" | "shape">;

/**
 * Ids of events that are not in the end what they were when they were published. SIEMs put an event as it came among fields
 * of their own. One that turns it into another text must do so in the same way with all events of one shape.
 */
export function spoiledEvents(found: readonly unknown[], published: Published): readonly string[] {
  const linesOfShapes = new Map<number, string>();
  const spoiled: string[] = [];
  for (const one of found) {
    const event = eventIn(one);
    const line = event === undefined ? textOf(one) : "";
    const id = event?.metadata.uid ?? ID.exec(line)?.[0] ?? "";
    const index = published.indexOf(id);
    // What nobody has published is found by its id.
    if (index === undefined) continue;
    if (event !== undefined) {
      if (!holds(event, JSON.parse(published.text(index)))) spoiled.push(id);
      continue;
    }
    const shape = published.shape(index);
    const common = line.replaceAll(id, "");
    if (common !== (linesOfShapes.get(shape) ?? common)) spoiled.push(id);
    linesOfShapes.set(shape, common);
  }
  return spoiled;
}

const ID = /[0-9a-f]{8}-0000-7000-8000-[0-9a-f]{12}/;

type Members = Readonly<Record<string, unknown>>;

/** The event, wherever a SIEM keeps it: as the whole, in a member, or as JSON in one. */
function eventIn(value: unknown): (Members & { readonly metadata: { readonly uid: string } }) | undefined {
  if (typeof value === "string") return value.startsWith("{") ? eventIn(parseJson(value)) : undefined;
  if (!isObject(value)) return undefined;
  const { metadata } = value;
  if (isObject(metadata) && typeof metadata["uid"] === "string") {
    return { ...value, metadata: { ...metadata, uid: metadata["uid"] } };
  }
  for (const member of Object.values(value)) {
    const event = eventIn(member);
    if (event !== undefined) return event;
  }
  return undefined;
}

function holds(stored: Members, published: Members): boolean {
  return Object.entries(published).every(([name, value]) => isDeepStrictEqual(stored[name], value));
}

function textOf(value: unknown): string {
  return isObject(value) && typeof value["text"] === "string" ? value["text"] : "";
}
