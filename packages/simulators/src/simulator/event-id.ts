import { stringMember } from "./scan-json.ts";

/** `metadata.uid` of the event whose JSON is in this text, without unescaping; undefined when there is none. */
export function eventIdOf(text: string): string | undefined {
  const at = text.indexOf('"metadata":{');
  return at === -1 ? undefined : stringMember(text, at + '"metadata":'.length, "uid");
}
