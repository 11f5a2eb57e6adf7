import type { FaultRule } from "@arbitex/simulators";
import type { Step } from "../schedule/schedule.ts";
import type { TableFault } from "./table-fault.ts";

const status = (code: number, headers?: Readonly<Record<string, string>>): FaultRule => ({
  kind: "status",
  status: code,
  ...(headers && { headers }),
});
/** Two seconds, by the answer's own clock. */
const A_YEAR_AHEAD = {
  date: new Date(Date.now() + 365 * 86_400_000).toUTCString(),
  "retry-after": new Date(Date.now() + 365 * 86_400_000 + 2000).toUTCString(),
};
/** As nginx 1.22 with `ssl_verify_client` has it. */
const EXPIRED_CERTIFICATE: FaultRule = {
  kind: "status",
  status: 400,
  headers: { "content-type": "text/html" },
  body:
    "<html>\r\n<head><title>400 The SSL certificate error</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n" +
    "<center>The SSL certificate error</center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n",
};
const kill = (atMs: number): Step => ({ atMs, kind: "end-server", signal: "SIGKILL", downMs: 0 });
const terminate = (atMs: number): Step => ({ atMs, kind: "end-server", signal: "SIGTERM", downMs: 0 });
/** While the queue cannot be written for 3 s the server must say so, and no longer. */
const unreadyFrom = (atMs: number): readonly Step[] => [
  { kind: "ask-ready", atMs: atMs + 2000, status: 503 },
  { kind: "ask-ready", atMs: atMs + 5000, status: 200 },
];
/** Only there has every item a status of its own. */
const isBulk = (type: string) => type === "elastic";
const isHttp = (type: string) => !["qradar", "syslog", "file"].includes(type);
/** Azure's and Google's certificates are public ones, and a folder has none. */
const hasOwnCa = (type: string) => !["sentinel", "google_secops", "file"].includes(type);

/** The rows of the published table, in its order. */
export const tableFaults: readonly TableFault[] = [
  { title: "nothing goes wrong" },
  { title: "dead for 20 s: every connection is reset", load: { forMs: 21_000 }, rules: [{ kind: "reset-before" }] },
  { title: "401 for a moment (2 s)", load: { forMs: 3000 }, rules: [status(401)] },
  { title: "403 for a moment (2 s)", load: { forMs: 3000 }, rules: [status(403)] },
  { title: "404 for a moment (2 s)", load: { forMs: 3000 }, rules: [status(404)] },
  { title: "408 for a moment (2 s)", load: { forMs: 3000 }, rules: [status(408)] },
  {
    title: "429 with `Retry-After: 2` half of the time",
    rules: [{ ...status(429, { "retry-after": "2" }), rate: 0.5 }],
  },
  { title: "503 half of the time", rules: [{ ...status(503), rate: 0.5 }] },
  { title: "503 for 20 s", load: { forMs: 21_000 }, rules: [status(503)] },
  { title: "connections reset before the events were taken, 20 %", rules: [{ kind: "reset-before", rate: 0.2 }] },
  { title: "connections reset instead of the answer, 20 %", rules: [{ kind: "reset-after", rate: 0.2 }] },
  { title: "connections ended instead of the answer, 20 %", rules: [{ kind: "half-closed", rate: 0.2 }] },
  { title: "half an answer, 20 %", rules: [{ kind: "truncated", rate: 0.2 }] },
  { title: "200 with a web page, 20 %", rules: [{ kind: "html", rate: 0.2 }] },
  { title: "answers after 3 s, 20 %", rules: [{ kind: "slow", ms: 3000, rate: 0.2 }] },
  { title: "503 before the request was read, 20 %", rules: [{ kind: "early", rate: 0.2 }] },
  { title: "an answer without an end, 20 %", rules: [{ kind: "endless", rate: 0.2 }] },
  { title: "informational answers without an end, 20 %", rules: [{ kind: "informed", rate: 0.2 }] },
  { title: "a `100 Continue` before every answer", rules: [{ kind: "continue" }] },
  { title: "an answer that drips for ever, 5 %", rules: [{ kind: "drip", rate: 0.05 }] },
  {
    title: "429 with `Retry-After` as a date, of a clock that is a year ahead, half of the time",
    rules: [{ ...status(429, A_YEAR_AHEAD), rate: 0.5 }],
  },
  { title: "no answer at all, 5 %", rules: [{ kind: "hang", rate: 0.05 }] },
  {
    title: "5 items of every bulk request answered 429",
    rules: [{ kind: "partial", status: 429, events: 5 }],
    appliesTo: isBulk,
  },
  {
    title: "the same, and 1 % of the events refused for good",
    rules: [{ kind: "partial", status: 429, events: 5 }],
    destination: { poisonEvery: 100 },
    appliesTo: isBulk,
  },
  ...[407, 403, 502].map(
    (code): TableFault => ({
      title: `a proxy that answers ${code} for 3 s`,
      proxied: true,
      steps: () => [{ kind: "refuse-tunnels", atMs: 2000, status: code, forMs: 3000 }],
      appliesTo: isHttp,
    }),
  ),
  {
    title: "the wrong certificate in the file of `tls_ca`, replaced after 5 s",
    destination: { caFile: "wrong" },
    steps: () => [{ kind: "replace-ca", atMs: 5000 }],
    appliesTo: hasOwnCa,
  },
  {
    title: "the folder of `tls_ca` cannot be looked into for 3 s, connections reset 20 %",
    destination: { caFile: "right" },
    rules: [{ kind: "reset-before", rate: 0.2 }],
    steps: () => [{ kind: "hide-ca", atMs: 3000, forMs: 3000 }],
    appliesTo: hasOwnCa,
  },
  {
    title: "400 with nginx's page about an expired client certificate",
    rules: [EXPIRED_CERTIFICATE],
    appliesTo: isHttp,
  },
  { title: "1 % of the events refused for good", destination: { poisonEvery: 100 }, appliesTo: isHttp },
  { title: "bodies over 40,000 bytes answered 413", destination: { maxBodyBytes: 40_000 }, appliesTo: isHttp },
  { title: "413 to everything for a moment (2 s)", load: { forMs: 3000 }, rules: [status(413)] },
  {
    title: "400 with a web page for a moment (2 s), as something before the SIEM gives it",
    load: { forMs: 3000 },
    rules: [{ kind: "status", status: 400, body: "<html><title>400 The SSL certificate error</title></html>" }],
  },
  {
    title: "every 200th event, and whatever it travels with, answered 502 by a firewall",
    load: { eventsPerSecond: 100, forMs: 40_000 },
    destination: { blocked: { every: 200, status: 502 } },
    appliesTo: isHttp,
    staysBroken: true,
  },
  {
    title: "the same with 413",
    destination: { blocked: { every: 200, status: 413 } },
    appliesTo: isHttp,
  },
  { title: "413 throughout", load: { eventsPerSecond: 50, forMs: 5000 }, rules: [status(413)], staysBroken: true },
  { title: "400 throughout", load: { eventsPerSecond: 50, forMs: 5000 }, rules: [status(400)], staysBroken: true },
  {
    title: "a revoked token throughout",
    steps: (types) => types.map((type) => ({ kind: "refuse-credentials", atMs: 0, type, forMs: 3_600_000 })),
    staysBroken: true,
  },
  { title: "SIGTERM and start, three times", steps: () => [terminate(2000), terminate(4000), terminate(7500)] },
  {
    title: "kill -9 twice in 200,000 events",
    load: { eventsPerSecond: 10_000, events: 200_000, clients: 4 },
    steps: () => [
      { ...kill(0), afterEvents: 70_000 },
      { ...kill(0), afterEvents: 197_000 },
    ],
  },
  {
    title: "kill -9 of a queue that was restarted before; answers after 150 ms, then 503",
    load: { eventsPerSecond: 1000, forMs: 10_000 },
    steps: (types) => [
      ...types.filter(isHttp).flatMap((type): Step[] => [
        { kind: "strike", atMs: 0, type, rules: [{ kind: "slow", ms: 150 }], forMs: 5000 },
        { kind: "strike", atMs: 5500, type, rules: [status(503)], forMs: 4500 },
      ]),
      terminate(2000),
      kill(4000),
      kill(9000),
    ],
  },
  {
    title: "`ordered: true`, connections reset 10 %, and kill -9",
    destination: { delivery: { ordered: true } },
    rules: [{ kind: "reset-before", rate: 0.1 }],
    steps: () => [kill(4000)],
  },
  {
    title: "disk full for 3 s",
    steps: () => [{ kind: "break-disk", atMs: 5000, failure: "full", forMs: 3000 }, ...unreadyFrom(5000)],
  },
  {
    title: "fsync fails for 3 s",
    steps: () => [{ kind: "break-disk", atMs: 5000, failure: "sync", forMs: 3000 }, ...unreadyFrom(5000)],
  },
  {
    title: "the queue's folder is away for 3 s",
    steps: () => [{ kind: "move-queue", atMs: 3000, forMs: 3000 }, ...unreadyFrom(3000)],
  },
  {
    title: "1 % of the events refused for good, and the files of dead letters moved, then deleted",
    destination: { poisonEvery: 100 },
    appliesTo: isHttp,
    steps: () => [
      { kind: "move-dead-letters", atMs: 3000, way: "rename" },
      { kind: "move-dead-letters", atMs: 5500, way: "copy" },
    ],
  },
  {
    title: "the server stands still until another one has its queue, and goes on beside it",
    load: { forMs: 14_000, clients: 8 },
    steps: () => [{ kind: "freeze-server", atMs: 3000 }],
  },
  {
    title: "the machine's clock jumps ahead by a day, and back",
    steps: () => [
      { kind: "shift-clock", atMs: 3000, byMs: 86_400_000 },
      { kind: "shift-clock", atMs: 6000, byMs: -86_400_000 },
    ],
  },
  {
    title: "settings changed under load",
    steps: (types) =>
      types
        .slice(0, 1)
        .map((type) => ({ kind: "reconfigure", atMs: 4000, type, delivery: { flush_interval: 1, batch_size: 20 } })),
  },
];
