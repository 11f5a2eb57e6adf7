import type { CheckReport } from "@arbitex/core";
import { checkPassed } from "@arbitex/core";
import { createTestContext } from "../context/test-context.ts";
import { configured, settingsFor } from "./configured.ts";
import type { OpenedSink } from "./opened-sink.ts";
import type { ScenarioSubject } from "./subject.ts";

/** A check of a simulator on this machine takes far less. */
const PATIENCE_MS = 10_000;

export type CheckCase = "healthy" | "wrong credential" | "closed port";

/** What a check of a healthy SIEM leaves there: it is to prove what it can without writing an event. */
export async function storedByCheckProblems({ sink, siem }: OpenedSink): Promise<readonly string[]> {
  await sink.check?.(AbortSignal.timeout(PATIENCE_MS));
  return siem.ids.length === 0 ? [] : [`a check leaves ${siem.ids.length} events in the SIEM`];
}

/** What is wrong with what `check` says of a SIEM in this state. */
export async function checkProblems(subject: ScenarioSubject, state: CheckCase): Promise<readonly string[]> {
  const siem = await subject.simulator.start({});
  const context = createTestContext({ now: Date.now });
  try {
    const sink = await configured(subject.connector, settingsFor(subject, siem)).open(context);
    if (sink.check === undefined) return ["the connector has no check"];
    if (state === "wrong credential") siem.refuseCredentials?.(true);
    if (state === "closed port") await siem.close();
    const report = await sink.check(AbortSignal.timeout(PATIENCE_MS));
    return state === "healthy" ? passProblems(report) : failProblems(report);
  } finally {
    await context.egress.close();
    if (state !== "closed port") await siem.close();
  }
}

function passProblems(report: CheckReport): readonly string[] {
  const failed = report.steps.find(({ status }) => status === "failed");
  return [
    ...(failed === undefined ? [] : [`step ${failed.name} fails on a healthy SIEM: ${failed.detail}`]),
    ...(report.steps.some(({ status }) => status === "passed") ? [] : ["no step has passed"]),
    ...formProblems(report),
  ];
}

function failProblems(report: CheckReport): readonly string[] {
  const failed = report.steps.find(({ status }) => status === "failed");
  if (checkPassed(report) || failed === undefined) return ["the check passes"];
  const { name, fix = "" } = failed;
  return [...(fix.trim() === "" ? [`step ${name} fails without a fix`] : []), ...formProblems(report)];
}

function formProblems({ steps }: CheckReport): readonly string[] {
  return steps.flatMap(({ name, detail }) => [
    ...(/^[a-z][\w-]*(?: [\w-]+){0,2}$/.test(name) ? [] : [`step "${name}" is not named in a word or two`]),
    ...(detail.trim() === "" ? [`step ${name} does not say what was seen`] : []),
  ]);
}
