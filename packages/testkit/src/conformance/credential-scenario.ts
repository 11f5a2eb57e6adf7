import type { OcsfEvent } from "@arbitex/core";
import { accountOf } from "./account.ts";
import { comesTrue } from "./comes-true.ts";
import type { Run } from "./run.ts";

/** Time for at least two probes: a suspended destination is probed once a minute. */
const REFUSED_MS = 150_000;

/** The credential is refused for some minutes and then accepted, without any change to the destination. */
export async function refusedThenAccepted(run: Run, events: readonly OcsfEvent[]): Promise<readonly string[]> {
  const { host, siem, clock } = run;
  siem.refuseCredentials?.(true);
  await host.publish(events);
  await comesTrue(() => run.status().health === "failed" || run.status().queued === 0);
  if (run.status().health !== "failed") {
    return [`the destination is ${run.status().health}, not failed, while its credential is refused`];
  }
  // The state by the refused batch, before a probe has a better reason.
  const atOnce = heldProblems(run, events.length);
  const failedAt = clock.now();
  await comesTrue(() => clock.now() >= failedAt + REFUSED_MS);
  const problems = [...new Set([...atOnce, ...heldProblems(run, events.length)])];
  siem.refuseCredentials?.(false);
  const isSettled = () => run.status().queued === 0;
  if (!(await comesTrue(isSettled))) return [...problems, "the accepted credential was not noticed"];
  await host.settled();
  return problems;
}

function heldProblems(run: Run, sent: number): readonly string[] {
  const { health, reason, fix, queued } = run.status();
  const { deadLettered, delivered } = accountOf(run, []);
  return [
    ...(health === "failed" ? [] : [`the destination is ${health} while its credential is refused`]),
    ...(reason === undefined || reason === "" ? ["the destination does not say why it is held"] : []),
    ...(fix === undefined || fix === "" ? [`the destination does not say how to fix: ${reason ?? ""}`] : []),
    ...(queued === sent && deadLettered === 0 && delivered === 0
      ? []
      : [`of ${sent} events ${queued} are kept, ${deadLettered} dead-lettered, ${delivered} delivered`]),
  ];
}
