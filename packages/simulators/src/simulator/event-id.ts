import { stringMember } from "./scan-json.ts";

/** `metadata.uid` of the event whose JSON stands in this text, as it is written there; undefined where there is none. */
export function eventIdOf(text: string): string | undefined {
  const at = text.indexOf('"metadata":{');
  return at === -1 ? undefined : stringMember(text, at + '"metadata":'.length, "uid");
}
