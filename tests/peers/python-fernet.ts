import { execFileSync, spawnSync } from "node:child_process";

const PYTHON = "/usr/bin/python3";
const PACKAGE = "apt-get install -y --no-install-recommends python3-cryptography";

/** One thing to do; `plain` is hexadecimal, and `at` are seconds. */
export type FernetJob =
  | { readonly do: "encrypt"; readonly plain: string; readonly at: number }
  | { readonly do: "decrypt"; readonly token: string; readonly at: number; readonly ttl?: number }
  | { readonly do: "rotate"; readonly token: string };

/** Keys as `FERNET_KEY` has them, and what to do with them. */
export interface FernetWork {
  readonly keys: string;
  readonly jobs: readonly FernetJob[];
}

const SCRIPT = `
import json, sys
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

work = json.load(sys.stdin)
fernets = [Fernet(key) for key in work["keys"].split(",")]
multi = MultiFernet(fernets)

def done(job):
    try:
        if job["do"] == "encrypt":
            return multi.encrypt_at_time(bytes.fromhex(job["plain"]), job["at"]).decode()
        if job["do"] == "rotate":
            return multi.rotate(job["token"].encode()).decode()
        if "ttl" in job:
            return multi.decrypt_at_time(job["token"].encode(), job["ttl"], job["at"]).hex()
        return multi.decrypt(job["token"].encode()).hex()
    except InvalidToken:
        return None

json.dump([done(job) for job in work["jobs"]], sys.stdout)
`;

/** What Python's cryptography makes of it, in order; null for what it refuses. Throws when it is not on this machine. */
export function pythonFernet(work: FernetWork): readonly (string | null)[] {
  return JSON.parse(python(SCRIPT, JSON.stringify(work))) as readonly (string | null)[];
}

export function pythonKeys(count: number): string {
  const keys = Array.from({ length: count }, () => "Fernet.generate_key().decode()").join(", ");
  return python(`from cryptography.fernet import Fernet\nprint(${keys}, sep=",")`, "").trim();
}

function python(script: string, input: string): string {
  if (spawnSync(PYTHON, ["-c", "import cryptography.fernet"]).status !== 0) {
    throw new Error(`NOTHING WAS TESTED against Python's cryptography, which is not on this machine. Run: ${PACKAGE}`);
  }
  return execFileSync(PYTHON, ["-c", script], { input, encoding: "utf8" });
}
