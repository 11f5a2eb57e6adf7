// Has a real Prometheus read a real server, and asks it everything that the dashboard and the rules ask.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";
import { postEvents, startSiem } from "./siem.mjs";
import { background, debianTool, freePort, until } from "./tools.mjs";

export async function checkDashboard() {
  const prometheus = await debianTool("prometheus");
  const folder = mkdtempSync(join(tmpdir(), "dashboard-"));
  const siem = await startSiem();
  const port = await freePort();
  const [server, own] = [`127.0.0.1:${port}`, `127.0.0.1:${await freePort()}`];
  const cli = join(root, "packages/server/bin/arbitex-siem.js");
  const running = [];
  try {
    running.push(
      background(process.execPath, [cli, "run"], {
        cwd: root,
        env: {
          PATH: process.env.PATH,
          ...siem.environment,
          SIEM_PORT: String(port),
          SIEM_QUEUE_PATH: join(folder, "queue"),
          SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters"),
        },
      }),
    );
    await until("the server is ready", async () => (await fetch(`http://${server}/readyz`)).ok);
    await postEvents(`http://${server}`, 100);
    const config = readFileSync(join(root, "deploy/prometheus/prometheus.yaml"), "utf8");
    const file = join(folder, "prometheus.yaml");
    const rules = join(root, "deploy/prometheus/rules.yaml");
    writeFileSync(file, config.replaceAll("15s", "1s").replace("127.0.0.1:8080", server).replace("rules.yaml", rules));
    running.push(
      background(prometheus, [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=${own}`,
      ]),
    );
    const ask = async (query) => {
      const response = await fetch(`http://${own}/api/v1/query?query=${encodeURIComponent(query)}`);
      const answer = await response.json();
      if (answer.status !== "success") throw new Error(`${query}: ${answer.error}`);
      return answer.data.result;
    };
    await until("Prometheus has read the server twice", async () => (await ask("rate(siem_workers[1m])")).length > 0);
    await postEvents(`http://${server}`, 100);
    await until("deliveries are seen", async () => (await ask("increase(siem_events_delivered_total[1m]) > 0")).length);
    for (const query of queries()) {
      const result = await ask(query);
      // What asks for something that did not happen may find nothing.
      if (result.length === 0 && !/ > 0$|rejected/.test(query)) throw new Error(`nothing is found by: ${query}`);
    }
    const [closed] = await ask(queries().find((query) => query.includes("siem_events_taken_over")));
    if (closed.value[1] !== "0") throw new Error(`the account does not close: ${closed.value[1]}`);
    const { data } = await (await fetch(`http://${own}/api/v1/rules`)).json();
    const bad = data.groups
      .flatMap(({ rules: all }) => all)
      .filter(({ health, state }) => health !== "ok" || state === "firing");
    if (bad.length > 0) throw new Error(`a server that is well has: ${JSON.stringify(bad)}`);
  } finally {
    await Promise.all(running.map(({ close }) => close()));
    await siem.close();
    rmSync(folder, { recursive: true });
  }
}

/** As Grafana sends them. */
function queries() {
  const { panels } = JSON.parse(readFileSync(join(root, "deploy/grafana/dashboard.json"), "utf8"));
  return panels
    .flatMap(({ targets = [] }) => targets)
    .map(({ expr }) =>
      expr.replaceAll("$destination", ".*").replaceAll("$job", "arbitex-siem").replaceAll("$__rate_interval", "1m"),
    );
}
