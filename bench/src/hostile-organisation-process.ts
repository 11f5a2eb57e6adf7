// The hostile organisation, in a process of its own: changes and tests in loops, thirty configurations with filters as large
// as they may be and a SIEM that refuses each event with words of its own, replays as slow as they may be, lists of its dead
// letters, a hundred wrong tokens a second, and bodies of millions of tiny values.
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";

/** `harmless`: as many requests as an attack, each of which is in order. */
export type Order = "rest" | "harmless" | "attack" | "end";

const [origin = "", token = "", orgId = ""] = process.argv.slice(2);
const CONFIGS = "/v1/org/siem-configs";
const done: Record<string, number> = {};
let order: Order = "rest";

/** Refuses every event, each time with other words. */
let refusals = 0;
const siem = createServer((request, reply) => {
  request.resume().on("end", () => {
    reply.writeHead(400).end(JSON.stringify({ text: `no %2f &amp; ${refusals++} ${"x".repeat(200)}`, code: 6 }));
  });
});
siem.listen(0, "127.0.0.1");
await once(siem, "listening");
const address = siem.address();
if (typeof address !== "object" || address === null) throw new Error("the SIEM has no port");

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly bearer?: string;
}

async function call({ method, path, body, bearer = token }: Call): Promise<unknown> {
  const reply = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const key = `${method} ${path.replaceAll(/[0-9a-f-]{36}|\?.*/g, (found) => (found.startsWith("?") ? "" : "…"))} ${reply.status}`;
  done[key] = (done[key] ?? 0) + 1;
  return reply.json().catch(() => undefined);
}

const config = { url: `http://127.0.0.1:${address.port}`, token: "another-token" };
const delivery = { flush_interval: 1, max_retries: 0, on_exhausted: "dead_letter", max_queued_events: 1 };
const filter = { class_uids: Array.from({ length: 1000 }, (_, index) => 6003 + index) };
const ids: string[] = [];
for (let count = 0; count < 30; count++) {
  const body = { connector_type: "splunk_hec", config, delivery, filter };
  const made = await call({ method: "POST", path: CONFIGS, body });
  if (typeof made === "object" && made !== null && "id" in made) ids.push(String(made.id));
}
const zeros = gzipSync(Buffer.concat([Buffer.from("["), Buffer.alloc(10_000_000, "0,"), Buffer.from("0]")]));

/** Does one thing again and again while it attacks; asks for something small as often in a harmless time. */
async function loop(pauseMs: number, act: () => Promise<unknown>): Promise<never> {
  for (;;) {
    if (order === "attack") await act().catch(() => undefined);
    if (order === "harmless") await call({ method: "GET", path: "/healthz" }).catch(() => undefined);
    await sleep(order === "rest" ? 100 : pauseMs);
  }
}

let turn = 0;
const oneOf = () => `${CONFIGS}/${ids[turn++ % ids.length] ?? ""}`;
void loop(20, () => call({ method: "PATCH", path: oneOf(), body: { name: `n${turn}` } }));
void loop(20, () => {
  const path = oneOf();
  return call({ method: "PATCH", path, body: { config: { ...config, url: `http://127.0.0.1:${1000 + turn}` } } });
});
void loop(20, () => call({ method: "POST", path: `${oneOf()}/test` }));
void loop(50, () => call({ method: "GET", path: `${oneOf()}/dead-letters?limit=500` }));
void loop(50, () => call({ method: "GET", path: "/v1/org/dead-letters" }));
void loop(200, () => call({ method: "POST", path: `${oneOf()}/dead-letters/replay`, body: { rate: 1 } }));
void loop(10, () => call({ method: "GET", path: CONFIGS, bearer: `siem_wrong${turn++}` }));
void loop(1000, () =>
  fetch(`${origin}/v1/events`, {
    method: "POST",
    headers: { authorization: "Bearer ingest-token", "content-type": "application/json", "content-encoding": "gzip" },
    body: zeros,
  }),
);
// Its own events, as its users make them.
void loop(200, () => {
  const metadata = { tenant_uid: orgId };
  const event = { class_uid: 6003, severity_id: 1, time: Date.now(), metadata, message: "m".repeat(500) };
  const body = Array.from({ length: 10 }, () => event);
  return call({ method: "POST", path: "/v1/events", body, bearer: "ingest-token" });
});

process.on("message", (next: Order) => {
  order = next;
  if (next !== "end") return;
  process.send?.(done);
  process.exit();
});
process.send?.("ready");
