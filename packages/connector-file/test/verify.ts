import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../setup/verify.mjs", import.meta.url));

export interface Verified {
  readonly exitCode: number | null;
  readonly problems: readonly string[];
  readonly summary: string;
  /** `SEQUENCE:HASH`, for `--after`. */
  readonly end: string | undefined;
}

/** What the package's own verifier says of a folder. */
export function verify(folder: string, ...words: readonly string[]): Verified {
  const { status, stdout } = spawnSync(process.execPath, [SCRIPT, folder, ...words], { encoding: "utf8" });
  const lines = stdout.trim().split("\n");
  const at = lines.findIndex((line) => / files, /.test(line));
  const end = lines.find((line) => line.startsWith("end "))?.slice("end ".length);
  return { exitCode: status, problems: lines.slice(0, at), summary: lines[at] ?? "", end };
}
