// Runs two servers as the kit has them on one machine, behind HAProxy, and kills one of them while events are posted.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";
import { bodyOf, INGEST_TOKEN, startSiem } from "./siem.mjs";
import { background, debianTool, freePort, until } from "./tools.mjs";

const SERVER = join(root, "packages/server/bin/arbitex-siem.js");
const STATE = "/var/lib/arbitex-siem";
const BODIES = 400;
const PRODUCERS = 4;
const LINES = 50;
const headers = { "content-type": "application/x-ndjson", authorization: `Bearer ${INGEST_TOKEN}` };

export async function checkSeveral() {
  const haproxy = await debianTool("haproxy");
  const folder = mkdtempSync(join(tmpdir(), "several-"));
  const [front, one, two] = await Promise.all([freePort(), freePort(), freePort()]);
  const config = join(folder, "haproxy.cfg");
  writeFileSync(config, balancerConfig({ 8080: front, 8081: one, 8082: two }));
  const siem = await startSiem();
  const start = (number, port) =>
    background(process.execPath, [SERVER, "run"], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: folder, ...siem.environment, ...instance(number, folder), SIEM_PORT: port },
    });
  const first = start(1, one);
  let second = start(2, two);
  let balancer;
  try {
    for (const port of [one, two]) await untilReady(port);
    // It takes all servers for ready when it starts, and asks twice before one that was not is.
    balancer = background(haproxy, ["-f", config, "-db"]);
    await untilReady(front);
    // What the killed server had accepted has to wait for its successor.
    siem.down(true);
    const bodies = Array.from({ length: BODIES }, () => bodyOf(LINES));
    const posting = Array.from({ length: PRODUCERS }, () => postAll(front, bodies));
    await until("half is posted", async () => bodies.length <= BODIES / 2);
    await second.close("SIGKILL");
    await Promise.all(posting);
    second = start(2, two);
    siem.down(false);
    await until("the SIEM has every event", async () => siem.count() === BODIES * LINES);
    const accounts = await until("nothing is queued", async () => {
      const all = await Promise.all([one, two].map((port) => accountAt(port)));
      return all.every(({ queued }) => queued === 0) && all;
    });
    for (const { accepted, delivered, filtered, dead_lettered, unreadable, queued } of accounts) {
      assert.ok(accepted > 0, "both have taken events");
      assert.equal(accepted, delivered + filtered + dead_lettered + unreadable + queued);
    }
    // What the killed server had taken without an answer was posted again.
    const sum = accounts.reduce((total, { accepted }) => total + accepted, 0);
    assert.ok(sum >= BODIES * LINES && sum <= (BODIES + PRODUCERS) * LINES, `${sum} accepted`);
  } catch (error) {
    const output = [first, second, balancer].map((program) => program?.output() ?? "").join("\n");
    throw new Error(`${error.message}\n${output}`, { cause: error });
  } finally {
    for (const program of [balancer, first, second]) await program?.close();
    await siem.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The kit's file with other ports. */
function balancerConfig(ports) {
  const kit = readFileSync(join(root, "deploy/haproxy/haproxy.cfg"), "utf8");
  return kit.replaceAll(/127\.0\.0\.1:(\d+)/g, (_, port) => `127.0.0.1:${ports[port]}`);
}

/** The variables that systemd gives to an instance of the unit, with its state elsewhere. */
function instance(number, folder) {
  const kit = readFileSync(join(root, "deploy/systemd/instance.conf"), "utf8");
  const set = kit.matchAll(/^Environment=(\w+)=(.*)$/gm);
  return Object.fromEntries(
    [...set].map(([, name, value]) => [name, value.replaceAll("%i", number).replace(STATE, folder)]),
  );
}

function untilReady(port) {
  return until(`port ${port} is ready`, async () => (await fetch(`${originOf(port)}/readyz`)).ok);
}

function originOf(port) {
  return `http://127.0.0.1:${port}`;
}

/** Posts bodies until none is left, each again until it is answered well, as producers do. */
async function postAll(port, bodies) {
  const url = `${originOf(port)}/v1/events`;
  for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
    await until("a body is accepted", async () => (await fetch(url, { method: "POST", headers, body })).status === 202);
  }
}

async function accountAt(port) {
  const { destinations } = await (await fetch(`${originOf(port)}/v1/destinations`, { headers })).json();
  return destinations[0].lifetime;
}
