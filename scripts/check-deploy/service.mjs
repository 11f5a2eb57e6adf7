// Runs the unit under a real systemd, in a container of the image that the check before has built.
import assert from "node:assert/strict";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";
import { engine, IMAGE } from "./engine.mjs";
import { postEvents, startSiem } from "./siem.mjs";
import { freePort, Skipped, until } from "./tools.mjs";

const UNIT = "arbitex-siem.service";
/** The unit as a template, for several servers. */
const TEMPLATE = "arbitex-siem@.service";
const INSTANCE = "arbitex-siem@1.service";

/** What systemd wants of a container to set up the fences of its services. */
const BOOTED = [
  "--systemd",
  "always",
  "--user",
  "0:0",
  "--cap-add",
  "SYS_ADMIN",
  "--security-opt",
  "seccomp=unconfined",
];
const HERE = ["--network", "host", "--ulimit", "host", "--no-healthcheck"];

export async function checkService({ isShort }) {
  if (isShort) throw new Skipped("it needs the image; npm run check:deploy runs it");
  const folder = mkdtempSync(join(tmpdir(), "service-"));
  chmodSync(folder, 0o755);
  const name = `arbitex-siem-service-${process.pid}`;
  const kit = join(root, "deploy/systemd");
  const siem = await startSiem();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const config = join(folder, "siem.config.yaml");
  copyFileSync(join(kit, "siem.config.yaml"), config);
  const { SPLUNK_HEC_URL, SPLUNK_HEC_TOKEN, SIEM_INGEST_TOKEN } = siem.environment;
  writeFileSync(
    join(folder, "environment"),
    `SPLUNK_URL=${SPLUNK_HEC_URL}\nSPLUNK_TOKEN=${SPLUNK_HEC_TOKEN}\nSIEM_INGEST_TOKEN=${SIEM_INGEST_TOKEN}\nSIEM_PORT=${port}\n`,
  );
  const inside = (...words) => engine("exec", name, ...words);
  const shows = async (property) => (await inside("systemctl", "show", "--value", "--property", property, UNIT)).trim();
  const ready = () => until("the service is ready", async () => (await fetch(`${origin}/readyz`)).ok);
  try {
    const mounts = [
      [join(kit, UNIT), `/etc/systemd/system/${UNIT}:ro`],
      [join(kit, UNIT), `/etc/systemd/system/${TEMPLATE}:ro`],
      [join(kit, "instance.conf"), `/etc/systemd/system/${TEMPLATE}.d/instance.conf:ro`],
      [join(kit, "arbitex-siem.sysusers.conf"), "/etc/sysusers.d/arbitex-siem.conf:ro"],
      [folder, "/etc/arbitex-siem"],
    ].flatMap(([from, to]) => ["--volume", `${from}:${to}`]);
    const init = ["--entrypoint", "/lib/systemd/systemd", IMAGE];
    await engine("run", "--detach", "--name", name, ...BOOTED, ...HERE, ...mounts, ...init);
    await until("systemd is up", async () => /running/.test(await inside("systemctl", "is-system-running")));
    await inside("systemd-sysusers");
    await inside("systemctl", "enable", "--now", UNIT);
    await ready();
    await postEvents(origin, 20);
    await until("the SIEM has 20 events", async () => siem.count() === 20);
    assert.equal((await inside("stat", "-c", "%U %a", "/var/lib/arbitex-siem")).trim(), "arbitex-siem 700");

    // A file that cannot be used changes nothing, and the reload says so.
    writeFileSync(config, "destinations: 7\n");
    await assert.rejects(inside("systemctl", "reload", UNIT));
    assert.equal(await shows("ActiveState"), "active");
    writeFileSync(config, readFileSync(join(kit, "siem.config.yaml"), "utf8").replace("soc-splunk", "soc"));
    await inside("systemctl", "reload", UNIT);
    await postEvents(origin, 5);
    await until("the SIEM has 25 events", async () => siem.count() === 25);
    const { destinations } = await (
      await fetch(`${origin}/v1/destinations`, { headers: { authorization: `Bearer ${SIEM_INGEST_TOKEN}` } })
    ).json();
    assert.deepEqual(
      destinations.map(({ id }) => id),
      ["soc"],
    );

    // Killed, it is back, and what it had accepted is delivered.
    siem.down(true);
    await postEvents(origin, 10);
    await inside("systemctl", "kill", "--signal", "KILL", UNIT);
    siem.down(false);
    await until("the SIEM has 35 events", async () => siem.count() === 35);
    assert.equal(await shows("NRestarts"), "1");

    await inside("systemctl", "stop", UNIT);
    assert.equal(await shows("ActiveState"), "inactive");

    // The first of several servers, with a queue of its own. (The environment names the port here, which comes first.)
    await inside("systemctl", "start", INSTANCE);
    await ready();
    await postEvents(origin, 5);
    await until("the SIEM has 40 events", async () => siem.count() === 40);
    await inside("test", "-f", "/var/lib/arbitex-siem/1/queue/server-id");
    await inside("systemctl", "reload", INSTANCE);
    await inside("systemctl", "stop", INSTANCE);

    // What only a person can put right is not tried again and again.
    writeFileSync(config, "destinations: 7\n");
    await inside("systemctl", "start", UNIT);
    await until("the service has failed", async () => (await shows("ActiveState")) === "failed");
    assert.equal(await shows("ExecMainStatus"), "2");
  } catch (error) {
    const journal = await inside("journalctl", "--no-pager", "--unit", UNIT).catch(() => "");
    throw new Error(`${error.message}\n${journal}`, { cause: error });
  } finally {
    await engine("rm", "--force", "--ignore", "--volumes", name);
    await siem.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
