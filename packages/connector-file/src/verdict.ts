import type { SendResult } from "@arbitex/core";

/**
 * Returns the verdict on a failed write, of which nothing counts as taken. Problems that only a person can fix suspend:
 * a full disk must not empty the queue into dead letters, which may be on the same disk.
 */
export function verdictOf(error: unknown, path: string): SendResult {
  const reason = error instanceof Error ? error.message : String(error);
  const fix = fixOf(codeOf(error), path);
  return fix === undefined ? { kind: "retry", reason } : { kind: "suspend", reason, fix };
}

function fixOf(code: string, path: string): string | undefined {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return `Make room on the volume of ${path}: closed files can be collected and removed.`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return `Give the user that the server runs as the right to write in ${path}.`;
    case "ENOENT":
      return `Make the folder above ${path}, or mount its volume.`;
    case "ENOTDIR":
    case "EEXIST":
      return `Something else is in the way: ${path} must be a folder, for this destination alone.`;
    case "SIEM_FOLDER_LOCKED":
      return "Give each destination a folder of its own, or stop the other process.";
    default:
      return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
