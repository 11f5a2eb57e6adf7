import { eventIdOf } from "../simulator/event-id.ts";

/** The event's own id in a message of JSON, CEF or LEEF; undefined when it has none. */
export function messageId(text: string): string | undefined {
  const body = text.replace(HEADER, "");
  if (body.startsWith("{")) return eventIdOf(body);
  const cef = text.indexOf("CEF:");
  return cef === -1 ? leefId(text) : cefId(text.slice(cef));
}

const HEADER = /^<\d+>(?:1 (?:\S+ ){6}|[A-Z][a-z]{2} [ \d]\d [\d:]{8} \S+ )/;

// A value ends before a space and the next key, or with the message.
const CEF_ID = /[ |](?:externalId|ArbitexEventUid)=((?:\\.|[^\\=])*?)(?= [A-Za-z0-9]+=|$)/s;
const LEEF_HEAD = /LEEF:2\.0\|(?:[^|]*\|){4}(.)\|/s;

function cefId(message: string): string | undefined {
  return CEF_ID.exec(message)?.[1]?.replaceAll(
    /\\(.)/gs,
    (_, letter: string) => ({ n: "\n", r: "\r" })[letter] ?? letter,
  );
}

function leefId(text: string): string | undefined {
  const head = LEEF_HEAD.exec(text);
  if (head === null) return undefined;
  const attributes = text.slice(head.index + head[0].length).split(head[1] ?? "\t");
  return attributes.find((attribute) => attribute.startsWith("eventUid="))?.slice("eventUid=".length);
}
