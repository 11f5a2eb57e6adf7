import type { EventRecord, OcsfEvent } from "@arbitex/core";
import { documentId, isPlain } from "./document-id.ts";
import { createTimestamps } from "./timestamp.ts";

/**
 * Makes the encoder of one destination: an action line and the event under it, the OCSF fields at the top of the
 * document, with the `@timestamp` that a data stream demands. Only `create`, for a data stream takes nothing else.
 */
export function createEncode(): (record: EventRecord) => string {
  const timestampOf = createTimestamps();
  return (record) => {
    const action = `{"create":{"_id":${idLiteral(record)}}}\n`;
    const timestamp = timestampOf(record.time);
    const json = withoutTimestamp(record);
    // The opening brace is replaced by one with a first member.
    return json === "{}"
      ? `${action}{"@timestamp":${timestamp}}`
      : `${action}{"@timestamp":${timestamp},${json.slice(1)}`;
  };
}

function idLiteral(record: EventRecord): string {
  return isPlain(record.id) ? `"${record.id}"` : JSON.stringify(documentId(record));
}

/**
 * The event's JSON, as it came wherever that can be. An event's own `@timestamp` gives way to its OCSF time:
 * Elasticsearch refuses a document with the same key twice.
 */
function withoutTimestamp(record: EventRecord): string {
  const { json } = record;
  if (beginsWithMember(json) && !json.includes(KEY_END) && !json.includes(ESCAPED_ASCII)) return json;
  const event = record.event();
  if (beginsWithMember(json) && !Object.hasOwn(event, "@timestamp")) return json;
  const { "@timestamp": _, ...rest }: OcsfEvent = event;
  return JSON.stringify(rest);
}

/** "@" is rare in events, so that looking for this costs next to nothing. */
const KEY_END = '@timestamp"';
/** Any letter of the key may be written so. */
const ESCAPED_ASCII = "\\u00";

function beginsWithMember(json: string): boolean {
  return json.startsWith('{"');
}
