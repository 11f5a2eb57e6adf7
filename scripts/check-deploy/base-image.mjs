// Stands in for the image `node:24-bookworm-slim` where no image registry can be reached: the same Debian release, and Node from npm.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { step } from "../bootstrap.mjs";
import { engine } from "./engine.mjs";
import { command, debianTool } from "./tools.mjs";

const ENGINE = ["podman", "runc", "buildah"];
const NODE = "24.21.0";
export const BASE = `localhost/node-stand-in:${NODE}-bookworm`;
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** Makes the image once a machine, which takes a minute or two. */
export async function ensureBaseImage() {
  for (const name of ENGINE) await debianTool(name, ENGINE);
  if ((await engine("images", "--quiet", BASE)) !== "") return;
  const debootstrap = await debianTool("debootstrap");
  const folder = mkdtempSync(join(tmpdir(), "base-image-"));
  const root = join(folder, "root");
  try {
    step("making a base image");
    await command(debootstrap, ["--variant=minbase", "--include=ca-certificates,libstdc++6,systemd", "bookworm", root]);
    writeFileSync(join(folder, "package.json"), "{}");
    const machine = { x64: "x64", arm64: "arm64" }[process.arch];
    await command("npm", ["install", "--ignore-scripts", `node-linux-${machine}@${NODE}`, "npm@11"], { cwd: folder });
    const local = join(root, "usr/local");
    cpSync(join(folder, "node_modules", `node-linux-${machine}`, "bin/node"), join(local, "bin/node"));
    mkdirSync(join(local, "lib/node_modules"), { recursive: true });
    cpSync(join(folder, "node_modules/npm"), join(local, "lib/node_modules/npm"), { recursive: true });
    symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(local, "bin/npm"));
    await command("chroot", [root, "useradd", "--uid", "1000", "--create-home", "node"]);
    // What this machine trusts, the image trusts: it may be behind a proxy that signs for others.
    if (existsSync(CERTIFICATES)) cpSync(CERTIFICATES, join(root, CERTIFICATES));
    const container = (await command("buildah", ["from", "scratch"])).trim();
    await command("buildah", ["copy", "--quiet", container, root, "/"]);
    await command("buildah", ["config", "--env", `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`, container]);
    await command("buildah", ["config", "--env", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", container]);
    await command("buildah", ["commit", "--quiet", "--rm", container, BASE]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
