// Has systemd read the unit, and say how far the service could reach.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";
import { command, debianTool } from "./tools.mjs";

const SERVICE = "arbitex-siem.service";
/** The same unit, installed for several servers. */
const TEMPLATE = "arbitex-siem@.service";
/** Of systemd's scale, on which 100 is a service without any fence. Node's compiler alone keeps it from less. */
const MOST_EXPOSED = "20";

export async function checkUnit() {
  const analyze = await debianTool("systemd-analyze", ["systemd"]);
  // A root of its own, in which the command that the unit starts is there.
  const folder = mkdtempSync(join(tmpdir(), "unit-"));
  try {
    const units = join(folder, "etc/systemd/system");
    const bin = join(folder, "srv/siem/node_modules/.bin");
    const dropIns = join(units, `${TEMPLATE}.d`);
    for (const path of [bin, dropIns]) mkdirSync(path, { recursive: true });
    writeFileSync(join(bin, "arbitex-siem"), "#!/bin/sh\n", { mode: 0o755 });
    for (const name of [SERVICE, TEMPLATE]) copyFileSync(join(root, "deploy/systemd", SERVICE), join(units, name));
    copyFileSync(join(root, "deploy/systemd/instance.conf"), join(dropIns, "instance.conf"));
    for (const target of ["network-online", "multi-user", "sysinit", "basic", "shutdown"]) {
      writeFileSync(join(units, `${target}.target`), `[Unit]\nDescription=${target}\n`);
    }
    // A word that systemd does not know is a warning, and no failure.
    for (const name of [SERVICE, TEMPLATE.replace("@", "@1")]) {
      const { stderr } = spawnSync(analyze, ["verify", "--man=no", `--root=${folder}`, name], { encoding: "utf8" });
      assert.equal(stderr, "");
    }
    const path = join(root, "deploy/systemd", SERVICE);
    await command(analyze, ["security", "--offline=true", `--threshold=${MOST_EXPOSED}`, "--no-pager", path]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
