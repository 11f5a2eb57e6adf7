import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

/** Runs a program as another user, under a /proc that shows a user's own processes alone, as systemd's ProtectProc= does. */
function asOther(code: string) {
  const script = `mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid 65534 --regid 65534 --clear-groups "$0" --input-type=module -e "$1"`;
  const words = ["--mount", "sh", "-c", script, process.execPath, code];
  return spawnSync("unshare", words, { encoding: "utf8", cwd: "/" });
}

/** As text: that user need not be able to read this folder. */
function moduleText(): string {
  const path = join(import.meta.dirname, "../packages/core/dist/files/process-identity.js");
  return `data:text/javascript;base64,${readFileSync(path).toString("base64")}`;
}

const canHide = process.platform === "linux" && asOther("").status === 0;

it.skipIf(!canHide)("a process that is hidden from this user is not taken for dead, nor its lock away from it", () => {
  const { stdout, stderr } = asOther(`
    const { isProcessAlive, thisProcess } = await import(${JSON.stringify(moduleText())});
    const self = await thisProcess();
    const hidden = { ...self, pid: ${process.pid}, startedAt: "1" };
    console.log(await isProcessAlive(self), await isProcessAlive(hidden));
  `);
  expect(stdout, stderr).toBe("true undefined\n");
});
