/** A message as Sumo Logic has it, with the metadata of its request. */
export interface StoredMessage {
  /** The line, or one slice of a line that was too long. */
  readonly text: string;
  readonly isSlice: boolean;
  readonly category: string | undefined;
  readonly name: string | undefined;
  readonly host: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
  /** From the leftmost timestamp in the text; undefined where there is none, so that it is dated at receipt. */
  readonly time: number | undefined;
}

export type Metadata = Pick<StoredMessage, "category" | "name" | "host" | "fields">;

/** The lines of a body that are not blank. */
export function linesOf(body: Buffer): readonly string[] {
  return body
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "");
}

/** A line as it is kept: whole, or in slices that are no JSON any more. */
export function slicesOf(line: string, maxMessageBytes: number): readonly string[] {
  if (line.length * 3 <= maxMessageBytes) return [line];
  const bytes = Buffer.from(line);
  if (bytes.length <= maxMessageBytes) return [line];
  return Array.from({ length: Math.ceil(bytes.length / maxMessageBytes) }, (_, slice) =>
    bytes.subarray(slice * maxMessageBytes, (slice + 1) * maxMessageBytes).toString("utf8"),
  );
}

/** The first of the forms that are recognised without a configured format: a JSON key with 13 digits, or ISO 8601. */
export function timeOf(text: string): number | undefined {
  const found = /"timestamp":(\d{13})(?!\d)|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))/.exec(text);
  if (found?.[1] !== undefined) return Number(found[1]);
  return found?.[2] === undefined ? undefined : Date.parse(found[2]);
}

/** `k=v,k=v`, without the fields that the account's schema does not know. */
export function fieldsOf(header: string | undefined, known: readonly string[] | undefined): Metadata["fields"] {
  const pairs = (header ?? "").split(",").flatMap((pair) => {
    const [name = "", ...value] = pair.trim().split("=");
    const isKept = name !== "" && (known === undefined || name.startsWith("_") || known.includes(name));
    return isKept ? [[name, value.join("=")] as const] : [];
  });
  return Object.fromEntries(pairs);
}
