import type { Encoded, EventRecord, OcsfEvent } from "@arbitex/core";
import { documentId, isPlain } from "./document-id.ts";
import { createTimestamps } from "./timestamp.ts";

/**
 * Makes the encoder of one destination: an action line and the event under it, the OCSF fields at the top of the
 * document, with the `@timestamp` that a data stream demands. Only `create`, for a data stream takes nothing else.
 */
export function createEncode(): (record: EventRecord) => Encoded {
  const timestampOf = createTimestamps();
  return (record) => {
    // The opening brace of the event is replaced by one with a first member.
    const head = `{"create":{"_id":${idLiteral(record)}}}\n{"@timestamp":${timestampOf(record.time)}`;
    if (canFollow(record)) return [`${head},`, { record, from: 1 }];
    const { "@timestamp": _, ...rest }: OcsfEvent = record.event();
    const json = JSON.stringify(rest);
    return json === "{}" ? `${head}}` : `${head},${json.slice(1)}`;
  };
}

function idLiteral(record: EventRecord): string {
  return isPlain(record.id) ? `"${record.id}"` : JSON.stringify(documentId(record));
}

/**
 * Whether the event's JSON can follow a timestamp as it came. An event's own `@timestamp` gives way to its OCSF time:
 * Elasticsearch refuses a document with the same key twice.
 */
function canFollow(record: EventRecord): boolean {
  const { json } = record;
  if (!json.startsWith('{"')) return false;
  return (!json.includes(KEY_END) && !json.includes(ESCAPED_ASCII)) || !Object.hasOwn(record.event(), "@timestamp");
}

/** "@" is rare in events, so that looking for this costs next to nothing. */
const KEY_END = '@timestamp"';
/** Any letter of the key may be written so. */
const ESCAPED_ASCII = "\\u00";
