const FORBIDDEN = ["\\", "/", "*", "?", '"', "<", ">", "|", " ", ",", "#", ":"];
const MAX_BYTES = 255;

/** Returns why Elasticsearch would refuse a name of an index, data stream or alias; undefined if it would not. */
export function indexNameProblem(name: string): string | undefined {
  if (name === "." || name === "..") return `"${name}" is not a name for an index`;
  if (name !== name.toLowerCase()) return `must be in lower case: "${name.toLowerCase()}"`;
  if (["-", "_", "+"].some((start) => name.startsWith(start))) return `must not start with "${name.charAt(0)}"`;
  const forbidden = FORBIDDEN.find((character) => name.includes(character));
  if (forbidden !== undefined) return `must not contain "${forbidden}"`;
  if (Buffer.byteLength(name) > MAX_BYTES) return `must not be longer than ${MAX_BYTES} bytes`;
  return undefined;
}
