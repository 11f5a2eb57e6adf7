/** Whether a setting holds PEM text; anything else is taken for a file's path. */
export function isPem(value: string): boolean {
  return value.trimStart().startsWith("-----BEGIN");
}
