import type { OcsfEvent } from "@arbitex/core";
import type { Fault } from "@arbitex/simulators";
import { refusedThenAccepted } from "./credential-scenario.ts";
import { comesTrue } from "./comes-true.ts";
import type { Run } from "./run.ts";
import { idOf } from "./run.ts";
import type { Scenario } from "./scenario.ts";

// Far above the delays of a busy machine: a second here takes a millisecond.
const RETRY_AFTER_S = 300;
/** A third of a usual batch, which then fits in quarters. */
const SMALL_BODY_BYTES = 40_000;
const MANY = 1000;
const SOME = 250;
/** Most posts to find one event among `events` by bisection: `2·log2(n)+1`. */
const posts = (events: number) => 2 * Math.ceil(Math.log2(events)) + 1;

/** The faults of the suite, in the order of its tables. */
export const scenarios: readonly Scenario[] = [
  {
    fault: "accepted",
    title: "delivers every event once",
    events: SOME,
    extraPosts: 0,
    drive: publish,
  },
  {
    fault: "partial",
    title: "gives up a refused event alone and delivers the others of its batch",
    events: SOME,
    deadLetters: 1,
    extraPosts: 1,
    drive: striking({ kind: "partial" }),
  },
  {
    fault: "429",
    title: "waits as long as the SIEM asks for (429 with Retry-After)",
    events: SOME,
    delivery: { concurrency: 1 },
    extraPosts: 1,
    async drive(run, events) {
      run.siem.faults.script([{ kind: "status", status: 429, headers: { "retry-after": String(RETRY_AFTER_S) } }]);
      return [...(await publish(run, events)), ...hasteProblems(run)];
    },
  },
  {
    fault: "503",
    title: "tries again while the SIEM is busy (503, twice)",
    events: SOME,
    extraPosts: 2,
    drive: striking({ kind: "status", status: 503 }, { kind: "status", status: 503 }),
  },
  {
    fault: "reset-before",
    title: "tries again when the connection is reset before the events were taken",
    events: SOME,
    extraPosts: 2,
    drive: striking({ kind: "reset-before" }, { kind: "reset-before" }),
  },
  {
    fault: "reset-after",
    title: "tries again when the connection is reset instead of an answer",
    events: SOME,
    mayRepeat: true,
    extraPosts: 1,
    drive: striking({ kind: "reset-after" }),
  },
  {
    fault: "413",
    title: "sends smaller bodies once the SIEM found one too large",
    events: MANY,
    delivery: { concurrency: 1 },
    maxBodyBytes: SMALL_BODY_BYTES,
    // Every batch in at most eight parts, for an encoder that doubles an event's size.
    extraPosts: MANY / 12 + posts(100),
    drive: async (run, events) => [...(await publish(run, events)), ...stubbornProblems(run)],
  },
  {
    fault: "401",
    title: "keeps every event while the credential is refused, and goes on once it is accepted",
    events: SOME,
    needs: "refuseCredentials",
    // Batches that were under way, and, for a connector without a check, batches sent as probes.
    extraPosts: 5,
    drive: refusedThenAccepted,
  },
  {
    fault: "poisoned",
    title: "finds one bad event among a thousand in few posts and gives up that one alone",
    events: MANY,
    needs: "poison",
    delivery: { batchSize: MANY },
    deadLetters: 1,
    extraPosts: posts(MANY),
    drive: poisoned,
  },
  {
    fault: "slow",
    title: "waits for a slow answer instead of sending again",
    events: SOME,
    extraPosts: 0,
    drive: (run, events, { slowMs = 250 }) => striking({ kind: "slow", ms: slowMs })(run, events),
  },
  {
    fault: "half-closed",
    title: "tries again when the SIEM ends the connection instead of answering",
    events: SOME,
    mayRepeat: true,
    extraPosts: 1,
    drive: striking({ kind: "half-closed" }),
  },
  {
    fault: "truncated",
    title: "never takes half an answer for success",
    events: SOME,
    mayRepeat: true,
    extraPosts: 1,
    drive: striking({ kind: "truncated" }),
  },
  {
    fault: "html",
    title: "never takes a web page with status 200 for success",
    events: SOME,
    // A connector may suspend the destination until its probe finds the SIEM.
    extraPosts: 2,
    drive: striking({ kind: "html" }),
  },
  {
    fault: "early",
    title: "tries again when the SIEM answers before it has read the events",
    events: SOME,
    extraPosts: 2,
    drive: striking({ kind: "early" }, { kind: "early" }),
  },
];

async function publish(run: Run, events: readonly OcsfEvent[]): Promise<readonly string[]> {
  const { rejected } = await run.host.publish(events);
  await settledAtLast(run);
  return rejected.length === 0 ? [] : [`${rejected.length} events were refused at the intake`];
}

/** Waits for a suspended destination to settle, which it does only after its probe succeeds. */
async function settledAtLast(run: Run): Promise<void> {
  const isSettled = () => run.status().queued === 0;
  await run.host.settled();
  if (!isSettled()) await comesTrue(isSettled);
}

function striking(...faults: readonly Fault[]) {
  return (run: Run, events: readonly OcsfEvent[]): Promise<readonly string[]> => {
    run.siem.faults.script(faults);
    return publish(run, events);
  };
}

async function poisoned(run: Run, events: readonly OcsfEvent[]): Promise<readonly string[]> {
  const bad = events.map(idOf)[617];
  if (bad === undefined || run.siem.poison === undefined) throw new Error("nothing can be poisoned");
  run.siem.poison(bad);
  const problems = await publish(run, events);
  const innocent = run.deadLetters.filter(({ record }) => record.id !== bad);
  return [...problems, ...(innocent.length > 0 ? [`${innocent.length} good events were given up`] : [])];
}

/** After a body was too large, no other body of its size may be sent. */
function stubbornProblems(run: Run): readonly string[] {
  const refused = run.status().counts.attempts["too-large"];
  if (refused === 0) return ["the simulator refused no body: it does not heed maxBodyBytes"];
  return refused <= posts(100) ? [] : [`${refused} bodies were too large, ${posts(100)} are enough to learn the limit`];
}

function hasteProblems({ requests }: Run): readonly string[] {
  const at = requests.findIndex(({ status }) => status === 429);
  const [refused, next] = [requests[at], requests[at + 1]];
  if (refused === undefined || next === undefined) return ["the simulator did not tell of its requests by onRequest"];
  const waitedS = (next.at - refused.at) / 1000;
  return waitedS >= RETRY_AFTER_S ? [] : [`the next request came after ${waitedS} s, asked were ${RETRY_AFTER_S} s`];
}
