import type { CheckReport } from "@arbitex/core";
import { checkPassed } from "@arbitex/core";
import { createTestContext } from "../context/test-context.ts";
import { configured, settingsFor } from "./configured.ts";
import type { OpenedSink } from "./opened-sink.ts";
import type { ScenarioSubject } from "./subject.ts";

/** Far above the duration of a check of a local simulator. */
const PATIENCE_MS = 10_000;

export type CheckCase = "healthy" | "wrong credential" | "closed port";

/** A check of a healthy SIEM must not write an event. */
export async function storedByCheckProblems({ sink, siem }: OpenedSink): Promise<readonly string[]> {
  await sink.check?.(AbortSignal.timeout(PATIENCE_MS));
  return siem.ids.length === 0 ? [] : [`a check leaves ${siem.ids.length} events in the SIEM`];
}

/** Checks the result of `check` for a SIEM in the given state. */
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
