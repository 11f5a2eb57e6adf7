import type { CheckReport, CheckStep, HttpClient, HttpReply, OnStep } from "@arbitex/core";
import { describeFailure, tlsFixOf, tokenVerdictOf } from "@arbitex/core";
import { classifyReply, refusedThroughout } from "./classify.ts";
import { allColumns } from "./columns.ts";
import { readDeclaredColumns } from "./declared-columns.ts";
import { describeReply } from "./reply.ts";

export interface SentinelCheck {
  readonly http: HttpClient;
  readonly ingest: URL;
  readonly dcrImmutableId: string;
  readonly streamName: string;
  /** Azure Resource Manager; undefined if it does not accept the identity's tokens. */
  readonly management: string | undefined;
  readonly sendToken: (signal: AbortSignal) => Promise<string>;
  readonly managementToken: (signal: AbortSignal) => Promise<string>;
  /** Posts a request with an empty list. */
  readonly post: (signal: AbortSignal) => Promise<HttpReply>;
  readonly now: () => number;
}

type StepResult = Omit<CheckStep, "name">;

/** Checks a destination without writing an event. */
export async function checkSentinel(check: SentinelCheck, signal: AbortSignal, onStep?: OnStep): Promise<CheckReport> {
  const steps: CheckStep[] = [];
  for (const [name, step] of [
    ["connect", checkConnection],
    ["credential", checkCredential],
    ["target", checkTarget],
    ["columns", checkColumns],
  ] as const) {
    const result = await step(check, signal);
    steps.push({ name, ...result });
    onStep?.({ name, ...result });
    if (result.status === "failed") break;
  }
  return { steps };
}

/** Checks the connection: any answer suffices. Later steps check the token. */
async function checkConnection({ http, ingest }: SentinelCheck, signal: AbortSignal): Promise<StepResult> {
  try {
    const { status } = await http.send({ url: ingest.origin, method: "GET" }, signal);
    return { status: "passed", detail: `${ingest.host} answers (HTTP ${status})` };
  } catch (error) {
    const fix = tlsFixOf(error) ?? "Set endpoint to the logs ingestion address of the rule or of its endpoint.";
    return { status: "failed", detail: describeFailure(error), fix };
  }
}

async function checkCredential({ sendToken }: SentinelCheck, signal: AbortSignal): Promise<StepResult> {
  try {
    await sendToken(signal);
    return { status: "passed", detail: "a token was issued" };
  } catch (error) {
    return tokenFailure(error);
  }
}

/** Checks the target. Azure accepts an empty list and writes nothing: token, role, rule and stream are then right. */
async function checkTarget({ post, now }: SentinelCheck, signal: AbortSignal): Promise<StepResult> {
  try {
    const reply = await post(signal);
    const verdict = classifyReply(reply, now());
    if (verdict.kind === "accepted") return { status: "passed", detail: "the rule and the stream take events" };
    const known = verdict.kind === "rejected" ? refusedThroughout(verdict.reason) : verdict;
    const fix = known.kind === "suspend" ? known.fix : undefined;
    return { status: "failed", detail: describeReply(reply), ...(fix !== undefined && { fix }) };
  } catch (error) {
    return { status: "failed", detail: describeFailure(error) };
  }
}

/** Checks the columns, since Azure silently drops members without one. Never fails the check. */
async function checkColumns(check: SentinelCheck, signal: AbortSignal): Promise<StepResult> {
  const { http, management, managementToken, dcrImmutableId, streamName } = check;
  if (management === undefined) return skipped("tokens of this authority_host are not for Azure Resource Manager");
  try {
    const token = await managementToken(signal);
    const declared = await readDeclaredColumns({ http, management, token, dcrImmutableId }, signal);
    if (declared.kind === "unknown") return skipped(declared.reason);
    return compareColumns(declared.streams[streamName], streamName);
  } catch (error) {
    return skipped(describeFailure(error));
  }
}

function compareColumns(declared: readonly string[] | undefined, streamName: string): StepResult {
  if (declared === undefined) {
    return {
      status: "passed",
      detail: `the rule takes ${streamName} as a table of Azure's own, whose columns are fixed`,
    };
  }
  const missing = allColumns.filter(({ name }) => !declared.includes(name)).map(({ name }) => name);
  if (missing.length === 0) return { status: "passed", detail: `all ${allColumns.length} columns are declared` };
  return {
    status: "skipped",
    detail: `${missing.length} columns are not declared, so that Azure drops them: ${missing.join(", ")}`,
    fix: "Declare them in the rule's stream and in the table (setup/ has both), unless you can do without.",
  };
}

function skipped(reason: string): StepResult {
  return { status: "skipped", detail: `${reason}: the declared columns were not compared with those that are sent` };
}

function tokenFailure(error: unknown): StepResult {
  const verdict = tokenVerdictOf(error);
  const fix = verdict.kind === "suspend" ? verdict.fix : undefined;
  return { status: "failed", detail: verdict.reason, ...(fix !== undefined && { fix }) };
}
