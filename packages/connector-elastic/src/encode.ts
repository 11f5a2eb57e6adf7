import type { Encoded, EventRecord, OcsfEvent } from "@arbitex/core";
import { createTimedBytes, scannedEvent, sharedBytes } from "@arbitex/core";
import { documentId, isPlain } from "./document-id.ts";
import { timestampOf } from "./timestamp.ts";

/**
 * Creates the encoder of a destination: an action line and the event below it, with the OCSF fields at the top of the
 * document and the `@timestamp` a data stream requires. The action is `create`, the only one a data stream accepts.
 */
export function createEncode(): (record: EventRecord) => Encoded {
  const timedBytes = createTimedBytes('"}}\n{"@timestamp":"', "ISO 8601", '",');
  return (record) => {
    // The event's opening brace is replaced by one with a first member.
    const timed = timedBytes(record.time);
    if (timed !== undefined && isPlain(record.id) && canFollow(record))
      return [ACTION, record.id, timed, { record, from: 1 }];
    const head = `{"create":{"_id":${idLiteral(record)}}}\n{"@timestamp":${timestampOf(record.time)}`;
    if (canFollow(record)) return [`${head},`, { record, from: 1 }];
    const { "@timestamp": _, ...rest }: OcsfEvent = record.event();
    const json = JSON.stringify(rest);
    return json === "{}" ? `${head}}` : `${head},${json.slice(1)}`;
  };
}

const ACTION = Buffer.from('{"create":{"_id":"');

function idLiteral(record: EventRecord): string {
  return isPlain(record.id) ? `"${record.id}"` : JSON.stringify(documentId(record));
}

/**
 * Returns whether the event's JSON can follow a timestamp unchanged. Its own `@timestamp` is replaced by its OCSF time,
 * since Elasticsearch refuses duplicate keys.
 */
function canFollow(record: EventRecord): boolean {
  const scanned = scannedEvent(record);
  if (scanned !== undefined) return !scanned.hasTimestamp && beginsWithMember(record);
  const { json } = record;
  if (!json.startsWith('{"')) return false;
  return (!json.includes(KEY_END) && !json.includes(ESCAPED_ASCII)) || !Object.hasOwn(record.event(), "@timestamp");
}

/** Returns whether a quote follows the brace at the beginning of an event's bytes. */
function beginsWithMember(record: EventRecord): boolean {
  const shared = sharedBytes(record);
  return shared !== undefined && shared.bytes[shared.start + 1] === QUOTE;
}

const QUOTE = 0x22;

/** "@" is rare in events, so that this search is cheap. */
const KEY_END = '@timestamp"';
/** Any letter of the key may be escaped like this. */
const ESCAPED_ASCII = "\\u00";
