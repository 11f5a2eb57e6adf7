/** One file of the trail: the events, and the chain that seals them. Both have `.open` behind their names while they grow. */
export interface FileName {
  readonly sequence: number;
  /** Without an ending, such as `audit-0000000042-20261130T160512Z`. */
  readonly stem: string;
}

export const DATA = ".ndjson";
export const CHAIN = ".chain";
export const OPEN = ".open";

/** The sequence comes before the time, so that names sort as the files follow each other, whatever the clock does. */
export function nameOf(prefix: string, sequence: number, openedAt: number): FileName {
  const time = new Date(openedAt).toISOString().replaceAll(/[-:]|\.\d+/g, "");
  return { sequence, stem: `${prefix}-${String(sequence).padStart(10, "0")}-${time}` };
}

/** The file that a name of the folder belongs to; undefined for what is none of this trail's. */
export function parseName(prefix: string, name: string): FileName | undefined {
  const [, start, digits, time] = /^(.+)-(\d{10,15})-(\d{8}T\d{6}Z)\.(?:ndjson|chain)(?:\.open)?$/.exec(name) ?? [];
  if (start !== prefix || digits === undefined || time === undefined) return undefined;
  return { sequence: Number(digits), stem: `${prefix}-${digits}-${time}` };
}
