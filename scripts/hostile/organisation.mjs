// The hostile organisation of measure-hostile-organisation.mjs, in a process of its own.
import { createServer } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";

const [origin, token, orgId] = process.argv.slice(2);
const CONFIGS = "/v1/org/siem-configs";
const done = {};
let isAttacking = false;

/** Refuses every event, each time with other words. */
let refusals = 0;
const siem = createServer((request, reply) => {
  request.resume().on("end", () => {
    reply.writeHead(400).end(JSON.stringify({ text: `no %2f &amp; ${refusals++} ${"x".repeat(200)}`, code: 6 }));
  });
});
await new Promise((resolve) => siem.listen(0, "127.0.0.1", resolve));

async function call(method, path, body, bearer = token) {
  const reply = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const key = `${method} ${path.replaceAll(/[0-9a-f-]{36}/g, "…").split("?")[0]} ${reply.status}`;
  done[key] = (done[key] ?? 0) + 1;
  return reply.json().catch(() => undefined);
}

const config = { url: `http://127.0.0.1:${siem.address().port}`, token: "another-token" };
const delivery = { flush_interval: 1, max_retries: 0, on_exhausted: "dead_letter", max_queued_events: 1 };
const filter = { class_uids: Array.from({ length: 1000 }, (_, index) => 6003 + (index % 1000)) };
const ids = [];
for (let count = 0; count < 30; count++) {
  const made = await call("POST", CONFIGS, { connector_type: "splunk_hec", config, delivery, filter });
  if (made?.id !== undefined) ids.push(made.id);
}
const zeros = gzipSync(Buffer.concat([Buffer.from("["), Buffer.alloc(10_000_000, "0,"), Buffer.from("0]")]));

/** Does one thing again and again while it attacks. */
async function loop(pauseMs, act) {
  for (;;) {
    if (isAttacking) await act().catch(() => undefined);
    await wait(isAttacking ? pauseMs : 100);
  }
}

let turn = 0;
const oneOf = () => ids[turn++ % ids.length];
void loop(20, () => call("PATCH", `${CONFIGS}/${oneOf()}`, { name: `n${turn}` }));
void loop(20, () =>
  call("PATCH", `${CONFIGS}/${oneOf()}`, { config: { ...config, url: `http://127.0.0.1:${1000 + turn}` } }),
);
void loop(20, () => call("POST", `${CONFIGS}/${oneOf()}/test`));
void loop(50, () => call("GET", `${CONFIGS}/${oneOf()}/dead-letters?limit=500`));
void loop(50, () => call("GET", "/v1/org/dead-letters"));
void loop(200, () => call("POST", `${CONFIGS}/${oneOf()}/dead-letters/replay`, { rate: 1 }));
void loop(10, () => call("GET", CONFIGS, undefined, `siem_wrong${turn++}`));
void loop(1000, () =>
  fetch(`${origin}/v1/events`, {
    method: "POST",
    headers: { authorization: "Bearer ingest-token", "content-type": "application/json", "content-encoding": "gzip" },
    body: zeros,
  }),
);
// Its own events, as its users make them.
void loop(200, () => {
  const event = {
    class_uid: 6003,
    severity_id: 1,
    time: Date.now(),
    metadata: { tenant_uid: orgId },
    message: "m".repeat(500),
  };
  return call(
    "POST",
    "/v1/events",
    Array.from({ length: 10 }, () => event),
    "ingest-token",
  );
});

process.on("message", (order) => {
  isAttacking = order === "attack";
  if (order !== "end") return;
  process.send(done);
  process.exit();
});
process.send("ready");
