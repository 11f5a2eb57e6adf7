/** A failure of the file system is of this kind: `EEXIST`, `EACCES`. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** There is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return isCode(error, "ENOENT");
}
