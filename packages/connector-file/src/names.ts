/** One file of the trail: the events and the chain that seals them. Both end in `.open` while they grow. */
export interface FileName {
  readonly sequence: number;
  /** Name without extension, such as `audit-0000000042-20261130T160512Z`. */
  readonly stem: string;
}

export const DATA = ".ndjson";
export const CHAIN = ".chain";
export const OPEN = ".open";

/** Returns a file's name. The sequence precedes the time, so that names sort in order whatever the clock does. */
export function nameOf(prefix: string, sequence: number, openedAt: number): FileName {
  const time = new Date(openedAt).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return { sequence, stem: `${prefix}-${String(sequence).padStart(10, "0")}-${time}` };
}

/** Parses a name in the folder; undefined if it is not of this trail. */
export function parseName(prefix: string, name: string): FileName | undefined {
  const [, start, digits, time] = /^(.+)-(\d{10,15})-(\d{8}T\d{6}Z)\.(?:ndjson|chain)(?:\.open)?$/.exec(name) ?? [];
  if (start !== prefix || digits === undefined || time === undefined) return undefined;
  return { sequence: Number(digits), stem: `${prefix}-${digits}-${time}` };
}
