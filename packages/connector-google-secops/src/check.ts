import type { CheckReport, CheckStep, HttpReply, OnStep } from "@arbitex/core";
import { describeFailure, tlsFixOf, tokenVerdictOf } from "@arbitex/core";
import { classifyReply, TARGET_FIX } from "./classify.ts";

export interface GoogleSecOpsCheck {
  readonly token: (signal: AbortSignal) => Promise<string>;
  /** Posts an import with an empty list. */
  readonly post: (signal: AbortSignal) => Promise<HttpReply>;
  readonly now: () => number;
}

type StepResult = Omit<CheckStep, "name">;

/** Checks a destination without writing an event. */
export async function checkGoogleSecOps(
  check: GoogleSecOpsCheck,
  signal: AbortSignal,
  onStep?: OnStep,
): Promise<CheckReport> {
  const credential: CheckStep = { name: "credential", ...(await checkCredential(check, signal)) };
  onStep?.(credential);
  if (credential.status === "failed") return { steps: [credential] };
  return { steps: [credential, { name: "target", ...(await checkTarget(check, signal)) }] };
}

async function checkCredential({ token }: GoogleSecOpsCheck, signal: AbortSignal): Promise<StepResult> {
  try {
    await token(signal);
    return { status: "passed", detail: "a token was issued" };
  } catch (error) {
    const verdict = tokenVerdictOf(error);
    const fix = verdict.kind === "suspend" ? verdict.fix : (tlsFixOf(error) ?? TOKEN_WAY);
    return { status: "failed", detail: verdict.reason, ...(fix !== undefined && { fix }) };
  }
}

/** Checks the target: Google checks permission and address before the list. */
async function checkTarget({ post, now }: GoogleSecOpsCheck, signal: AbortSignal): Promise<StepResult> {
  let verdict: ReturnType<typeof classifyReply>;
  try {
    verdict = classifyReply(await post(signal), now());
  } catch (error) {
    return { status: "failed", detail: describeFailure(error), fix: tlsFixOf(error) ?? API_WAY };
  }
  switch (verdict.kind) {
    case "accepted":
    case "partial":
      return { status: "passed", detail: "the identity may import logs of this type there" };
    case "rejected":
      return {
        status: "passed",
        detail: `the identity may import logs there; of a list without one it says ${verdict.reason}`,
        fix: TARGET_FIX,
      };
    case "suspend":
      return { status: "failed", detail: verdict.reason, ...(verdict.fix !== undefined && { fix: verdict.fix }) };
    case "retry":
    case "too-large":
      return { status: "failed", detail: verdict.reason, fix: "It takes nothing now: check again in a while." };
    default:
      return verdict satisfies never;
  }
}

const TOKEN_WAY = "Check the way to Google's token service (a firewall, a proxy?).";
const API_WAY = "Check region, url and the firewalls between here and the Chronicle API.";
