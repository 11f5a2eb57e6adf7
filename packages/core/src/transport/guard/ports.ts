export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** Parses `443` or `1024-65535`; undefined for anything else. */
export function parsePorts(given: string | number): PortRange | undefined {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(given).trim()) ?? [];
  if (first === undefined) return undefined;
  const range = { from: Number(first), to: Number(last) };
  return range.from >= 1 && range.from <= range.to && range.to <= 65_535 ? range : undefined;
}
