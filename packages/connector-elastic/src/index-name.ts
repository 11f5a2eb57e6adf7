const FORBIDDEN = ["\\", "/", "*", "?", '"', "<", ">", "|", " ", ",", "#", ":"];
const MAX_BYTES = 255;

/** What Elasticsearch would refuse about a name of an index, a data stream or an alias; undefined when it is fine. */
export function indexNameProblem(name: string): string | undefined {
  if (name === "." || name === "..") return `"${name}" is not a name for an index`;
  if (name !== name.toLowerCase()) return `must be in lower case: "${name.toLowerCase()}"`;
  if (["-", "_", "+"].some((start) => name.startsWith(start))) return `must not start with "${name.charAt(0)}"`;
  const forbidden = FORBIDDEN.find((character) => name.includes(character));
  if (forbidden !== undefined) return `must not contain "${forbidden}"`;
  if (Buffer.byteLength(name) > MAX_BYTES) return `must not be longer than ${MAX_BYTES} bytes`;
  return undefined;
}
