import { stringMember } from "../simulator/scan-json.ts";

/**
 * Finds the ids of the events in a body without parsing it, when each line is an object with an `event`. Undefined when
 * the body is different and must be parsed. Latin-1 decoding is fast and sufficient for ids.
 */
export function quickIds(body: Buffer): readonly (string | undefined)[] | undefined {
  const text = body.toString("latin1");
  if (text.includes('}{"') || text.startsWith("[")) return undefined;
  const ids: (string | undefined)[] = [];
  let at = 0;
  while (at < text.length) {
    const lineEnd = text.indexOf("\n", at);
    const end = lineEnd === -1 ? text.length : lineEnd;
    const event = text.indexOf('"event":', at);
    if (text[at] !== "{" || text[end - 1] !== "}" || event === -1 || event > end) return undefined;
    ids.push(quickId(text, event, end));
    at = end + 1;
  }
  return ids;
}

/** `metadata.uid` of the OCSF event that begins after `from`. */
function quickId(text: string, from: number, end: number): string | undefined {
  const metadata = text.indexOf('"metadata":{', from);
  if (metadata === -1 || metadata > end) return undefined;
  return stringMember(text, metadata + '"metadata":'.length, "uid");
}
