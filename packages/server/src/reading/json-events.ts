import { decoderOf } from "./decode.ts";
import type { EventTexts } from "./event-texts.ts";
import { createEventCollector, eventTooLarge, notUtf8 } from "./event-texts.ts";
import { readJsonDocument } from "./json-document.ts";
import { createLineSplitter } from "./line-splitter.ts";

/** The events of a whole body of JSON: one object, an array, or an object on each line. */
export type JsonEvents =
  | { readonly kind: "events"; readonly batches: readonly EventTexts[] }
  | { readonly kind: "broken"; readonly reason: string };

export function jsonEvents(body: Buffer, { maxEventBytes }: { readonly maxEventBytes: number }): JsonEvents {
  const document = readJsonDocument(body);
  switch (document.kind) {
    case "blank":
      return { kind: "events", batches: [] };
    case "broken":
      return { kind: "broken", reason: document.reason };
    case "lines": {
      const splitter = createLineSplitter({ maxLineBytes: maxEventBytes });
      return { kind: "events", batches: [splitter.push(body), splitter.end()] };
    }
    case "value":
    case "array": {
      const events = createEventCollector();
      const decode = decoderOf(body);
      for (const { start, end } of document.kind === "array" ? document.elements : [document.value]) {
        const text = end - start > maxEventBytes ? undefined : decode(start, end);
        if (text !== undefined) events.add(text, 1);
        else if (end - start > maxEventBytes) events.refuse(eventTooLarge(end - start, maxEventBytes), 1);
        else events.refuse(notUtf8, 1);
      }
      return { kind: "events", batches: [events.drain()] };
    }
    default:
      return document satisfies never;
  }
}
