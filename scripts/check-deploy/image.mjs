// Builds the container file as its first lines say, from packed packages and a lockfile, and runs what came out.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";
import { BASE, ensureBaseImage } from "./base-image.mjs";
import { engine, IMAGE } from "./engine.mjs";
import { servePackages } from "./registry.mjs";
import { postEvents, startSiem } from "./siem.mjs";
import { command, freePort, Skipped, until } from "./tools.mjs";

const CONFINED = ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges"];
/** Podman has systemd run health checks; what the image wants is run below. */
const HERE = ["--network", "host", "--ulimit", "host", "--no-healthcheck", "--log-driver", "k8s-file"];

export async function checkImage(options) {
  if (options.isShort) throw new Skipped("it takes a minute; npm run check:deploy builds and runs it");
  await ensureBaseImage();
  await buildImage();
  const siem = await startSiem();
  const name = `arbitex-siem-check-${process.pid}`;
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const settings = { ...siem.environment, SIEM_PORT: port, SPLUNK_HEC_ON_EXHAUSTED: "hold" };
  const start = async () => {
    const given = Object.entries(settings).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
    await engine("run", "--detach", "--name", name, "--volume", `${name}:/data`, ...CONFINED, ...HERE, ...given, IMAGE);
    await until("the container is ready", async () => (await fetch(`${origin}/readyz`)).ok).catch(async (error) => {
      throw new Error(`${error.message}\n${await engine("logs", name)}`);
    });
  };
  const inside = (...words) => engine("exec", name, ...words);
  const stop = async (expected) => {
    await engine("stop", "--time", "40", name);
    const code = await engine("inspect", "--format", "{{.State.ExitCode}}", name);
    assert.equal(code.trim(), expected, "the exit code of a stop");
    await engine("rm", name);
  };
  try {
    await start();
    assert.equal((await inside("id", "-u")).trim(), "1000");
    const check = JSON.parse(await engine("inspect", "--format", "{{json .HealthCheck.Test}}", IMAGE));
    assert.equal(check[0], "CMD");
    await inside(...check.slice(1));
    await postEvents(origin, 50);
    await until("the SIEM has 50 events", async () => siem.count() === 50);
    assert.match(await inside("arbitex-siem", "status"), /splunk_hec/);
    assert.deepEqual((await inside("ls", "-A", "/srv/siem")).trim().split(/\s+/), [
      "node_modules",
      "package-lock.json",
      "package.json",
    ]);

    // A new container on the same volume delivers what the old one could not.
    siem.down(true);
    await postEvents(origin, 30);
    await stop("1");
    siem.down(false);
    await start();
    await until("the SIEM has 80 events", async () => siem.count() === 80);
    await stop("0");
  } finally {
    await engine("rm", "--force", "--ignore", name);
    await engine("volume", "rm", "--force", name);
    await siem.close();
  }
}

async function buildImage() {
  const folder = mkdtempSync(join(tmpdir(), "deployment-"));
  const packages = join(folder, "packages");
  const deployment = join(folder, "siem");
  for (const path of [packages, deployment]) mkdirSync(path);
  const registry = await servePackages(["core", "simulators", "server", "connector-splunk"], packages);
  try {
    const npmrc = join(folder, "npmrc");
    const own = join(homedir(), ".npmrc");
    writeFileSync(npmrc, `${existsSync(own) ? readFileSync(own, "utf8") : ""}\n@arbitex:registry=${registry.origin}\n`);
    writeFileSync(join(deployment, "package.json"), '{ "name": "siem", "private": true }\n');
    const install = ["install", "--package-lock-only", "--ignore-scripts"];
    await command("npm", [...install, "@arbitex/server", "@arbitex/connector-splunk"], {
      cwd: deployment,
      env: { ...process.env, NPM_CONFIG_USERCONFIG: npmrc },
    });
    const build = ["bud", "--isolation", "chroot", "--network", "host", "--format", "docker"];
    const secret = ["--secret", `id=npmrc,src=${npmrc}`];
    const file = ["--file", join(root, "deploy/container/Containerfile"), "--tag", IMAGE];
    await command("buildah", [...build, "--build-arg", `NODE_IMAGE=${BASE}`, ...secret, ...file, deployment]);
  } finally {
    registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
