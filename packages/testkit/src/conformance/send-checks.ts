import { createServer } from "node:http";
import type { SendResult } from "@arbitex/core";
import type { Check } from "./check.ts";
import { check, unless } from "./check.ts";
import { sendAbortProblems } from "./ending-problems.ts";
import { comesTrue } from "./comes-true.ts";
import type { OpenedSink } from "./opened-sink.ts";
import { withSink } from "./opened-sink.ts";
import { lackOf } from "./scenario.ts";
import type { FaultName } from "@arbitex/simulators";
import type { ScenarioSubject } from "./subject.ts";

/** Far above the duration of an attempt against a simulator. */
const PATIENCE_MS = 20_000;
const AT_ONCE = 8;
/** Far above the duration of an attempt that does not wait, and far below the delay that the SIEM asks for. */
const PROMPT_MS = 3000;
const LONG_REASON = 2000;

const PAGE = "<!doctype html><title>Blocked</title><p>Request blocked by the firewall.</p>";

/** Checks the result of single attempts, without a host that reacts to it. */
export function sendChecks(subject: ScenarioSubject): readonly Check[] {
  // A receiver without answers has no statuses.
  const answered = (fault: FaultName) => () => lackOf(subject, { fault });
  const verdicts =
    (statuses: readonly number[], body: string, problemsOf: (result: SendResult) => readonly string[]) => () =>
      withSink(subject, async (opened) => {
        const problems: string[] = [];
        for (const status of statuses) {
          opened.siem.faults.set([{ kind: "status", status, body }]);
          problems.push(...problemsOf(await attempt(opened)).map((problem) => `${problem} HTTP ${status}`));
        }
        return problems;
      });
  return [
    check("send-abort", "gives up an attempt when it is aborted", () => sendAbortProblems(subject)),
    check("send-body", "leaves the bytes of a batch as they are", () => withSink(subject, bodyProblems)),
    check("send-together", "makes many attempts at the same time", () => withSink(subject, togetherProblems)),
    check("send-once", "makes one request of one attempt", () => withSink(subject, onceProblems), answered("503")),
    check("send-at-once", "leaves waiting to the host", () => withSink(subject, haste), answered("429")),
    check("send-redirect", "follows no redirect", () => withSink(subject, redirectProblems), answered("503")),
    check(
      "verdict-error",
      "loses no event when the SIEM fails",
      verdicts([500, 502, 503, 504], "", (result) => unless(!isEnd(result), `${result.kind} is the verdict on`)),
      answered("503"),
    ),
    check(
      "verdict-page",
      "gives up no event for a web page that refuses",
      verdicts([400, 403, 404, 422], PAGE, (result) =>
        unless(!isEnd(result), `${result.kind} is the verdict on a web page with`),
      ),
      answered("html"),
    ),
    check(
      "verdict-address",
      "keeps the events where nothing takes them",
      verdicts([404, 405], "", (result) =>
        unless(result.kind === "suspend" || result.kind === "retry", `${result.kind} is the verdict on`),
      ),
      answered("503"),
    ),
    check(
      "verdict-reason",
      "gives a reason that a person can read",
      verdicts([400, 401, 404, 413, 429, 500], `${PAGE}${"\n<p>".repeat(2000)}`, (result) =>
        unless(isReadable(result), "the verdict has no reason, or one of many lines, on"),
      ),
      answered("503"),
    ),
  ];
}

async function attempt({ sink, batch }: OpenedSink): Promise<SendResult> {
  return sink.send(batch(), AbortSignal.timeout(PATIENCE_MS));
}

/**
 * Whether the result ends the delivery of the events. Events refused by a status alone are dead-lettered only once
 * others pass.
 */
function isEnd(result: SendResult): boolean {
  return result.kind === "accepted" || (result.kind === "rejected" && result.confirmed !== false);
}

function isReadable(result: SendResult): boolean {
  if (result.kind === "accepted" || result.kind === "partial") return false;
  const { reason } = result;
  return reason.trim() !== "" && reason.length <= LONG_REASON && !reason.includes("\n");
}

async function bodyProblems({ sink, batch }: OpenedSink): Promise<readonly string[]> {
  const own = batch();
  const before = Buffer.from(own.body);
  await sink.send(own, AbortSignal.timeout(PATIENCE_MS));
  return unless(own.body.equals(before), "send changes batch.body, which is sent again where it must be");
}

async function togetherProblems({ sink, siem, batch }: OpenedSink): Promise<readonly string[]> {
  const batches = Array.from({ length: AT_ONCE }, (_, index) => batch(index + 1));
  const results = await Promise.all(batches.map((each) => sink.send(each, AbortSignal.timeout(PATIENCE_MS))));
  const ids = batches.flatMap(({ records }) => records.map(({ id }) => id));
  await comesTrue(() => siem.ids.length >= ids.length);
  const kinds = new Set(results.map(({ kind }) => kind));
  const stored = new Set(siem.ids);
  return [
    ...unless(
      kinds.size === 1 && kinds.has("accepted"),
      `the verdicts on ${AT_ONCE} batches are ${[...kinds].join(", ")}`,
    ),
    ...unless(
      ids.every((id) => stored.has(id)) && siem.ids.length === ids.length,
      `of ${ids.length} events ${stored.size} are stored, ${siem.ids.length - stored.size} of them again`,
    ),
  ];
}

async function onceProblems(opened: OpenedSink): Promise<readonly string[]> {
  opened.siem.faults.set([{ kind: "status", status: 503 }]);
  await attempt(opened);
  const posts = opened.answers.filter((status) => status === 503).length;
  return unless(posts === 1, `${posts} requests were made: retries are the host's`);
}

async function haste(opened: OpenedSink): Promise<readonly string[]> {
  opened.siem.faults.set([{ kind: "status", status: 429, headers: { "retry-after": "300" } }]);
  const began = performance.now();
  let isOver = false;
  const ending = attempt(opened).finally(() => (isOver = true));
  const isPrompt = await comesTrue(() => isOver, PROMPT_MS);
  if (!isPrompt) return [`send has no verdict ${Math.round(performance.now() - began)} ms after 429 with Retry-After`];
  const result = await ending;
  return unless(result.kind === "retry", `${result.kind} is the verdict on 429`);
}

/** A SIEM's credential must not follow a redirect. */
async function redirectProblems(opened: OpenedSink): Promise<readonly string[]> {
  let visits = 0;
  const elsewhere = createServer((_, response) => {
    visits++;
    response.end("{}");
  });
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, "127.0.0.1", () => resolve());
  });
  const address = elsewhere.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    const problems: string[] = [];
    for (const status of [302, 307]) {
      const headers = { location: `http://127.0.0.1:${port}/` };
      opened.siem.faults.script([{ kind: "status", status, body: "", headers }]);
      const { kind } = await attempt(opened);
      problems.push(...unless(kind !== "accepted", `accepted is the verdict on HTTP ${status}`));
    }
    return [...problems, ...unless(visits === 0, "it follows a redirect, and takes its credential there")];
  } finally {
    elsewhere.closeAllConnections();
    elsewhere.close();
  }
}
