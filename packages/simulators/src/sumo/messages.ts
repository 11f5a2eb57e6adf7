/** A message as Sumo Logic stores it, with the metadata of its request. */
export interface StoredMessage {
  /** The line, or one slice of a line that was too long. */
  readonly text: string;
  readonly isSlice: boolean;
  readonly category: string | undefined;
  readonly name: string | undefined;
  readonly host: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  /** The leftmost timestamp in the text. Undefined when there is none, so that the time of receipt counts. */
  readonly time: number | undefined;
}

export type Metadata = Pick<StoredMessage, "category" | "name" | "host" | "fields">;

/** The non-blank lines of a body. */
export function linesOf(body: Buffer): readonly string[] {
  return body
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
}

/** A line as it is stored: whole, or in slices that are no longer JSON. */
export function slicesOf(line: string, maxMessageBytes: number): readonly string[] {
  if (line.length * 3 <= maxMessageBytes) return [line];
  const bytes = Buffer.from(line);
  if (bytes.length <= maxMessageBytes) return [line];
  return Array.from({ length: Math.ceil(bytes.length / maxMessageBytes) }, (_, slice) =>
    bytes.subarray(slice * maxMessageBytes, (slice + 1) * maxMessageBytes).toString("utf8"),
  );
}

/** The first timestamp that is recognised without a configured format: a JSON key with 13 digits, or ISO 8601. */
export function timeOf(text: string): number | undefined {
  const found = /"timestamp":(\d{13})(?!\d)|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))/.exec(text);
  if (found?.[1] !== undefined) return Number(found[1]);
  return found?.[2] === undefined ? undefined : Date.parse(found[2]);
}

/** Parses `k=v,k=v` and drops fields outside the account's schema. */
export function fieldsOf(header: string | undefined, known: readonly string[] | undefined): Metadata["fields"] {
  const pairs = (header ?? "").split(",").flatMap((pair) => {
    const [name = "", ...value] = pair.trim().split("=");
    const isKept = name !== "" && (known === undefined || name.startsWith("_") || known.includes(name));
    return isKept ? [[name, value.join("=")] as const] : [];
  });
  return Object.fromEntries(pairs);
}
