/** Returns whether a setting holds PEM text. Anything else is a file path. */
export function isPem(value: string): boolean {
  return value.trimStart().startsWith("-----BEGIN");
}
