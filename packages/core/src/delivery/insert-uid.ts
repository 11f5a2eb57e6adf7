const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const METADATA = '"metadata"';

/**
 * Puts `metadata.uid` into an event's JSON text and leaves every other byte as it was: parsing and writing it again
 * would turn 39.0 into 39 and round large integers. The text must be valid JSON, an object, without `metadata.uid`.
 */
export function insertUid(json: string, uid: string): string {
  const at = metadataValueAt(json);
  const member = `"uid":${JSON.stringify(uid)}`;
  if (at === undefined) return insertFirst(json, json.indexOf("{"), `"metadata":{${member}}`);
  return insertFirst(json, at, member);
}

function insertFirst(json: string, braceAt: number, member: string): string {
  const inside = skipSpace(json, braceAt + 1);
  const comma = json[inside] === "}" ? "" : ",";
  return `${json.slice(0, braceAt + 1)}${member}${comma}${json.slice(braceAt + 1)}`;
}

/** Where the `{` of the top-level key `metadata` stands; the last one, as `JSON.parse` takes it. */
function metadataValueAt(json: string): number | undefined {
  let found: number | undefined;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case "{":
      case "[":
        depth++;
        break;
      case "}":
      case "]":
        depth--;
        break;
      case '"': {
        const end = stringEnd(json, at);
        if (depth === 1 && json.startsWith(METADATA, at)) {
          const colon = skipSpace(json, end);
          if (json[colon] === ":") found = skipSpace(json, colon + 1);
        }
        at = end - 1;
        break;
      }
      default:
    }
  }
  return found;
}

function stringEnd(json: string, start: number): number {
  let at = start + 1;
  while (json.charCodeAt(at) !== QUOTE) at += json.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

function skipSpace(json: string, start: number): number {
  let at = start;
  while (json[at] === " " || json[at] === "\n" || json[at] === "\r" || json[at] === "\t") at++;
  return at;
}
