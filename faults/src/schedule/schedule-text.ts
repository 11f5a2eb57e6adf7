import type { FaultRule } from "@arbitex/simulators";
import type { Schedule, Step } from "./schedule.ts";

/** What a schedule is about, in lines: all but its steps. */
export function scheduleLines({ seed, store, workers, speed, load, destinations }: Schedule): readonly string[] {
  const { eventsPerSecond, forMs, clients, maxBatch } = load;
  return [
    `seed ${seed}: ${store} queue, ${workers} workers, ${eventsPerSecond} events/s for ${forMs / 1000} s by ${clients} clients, up to ${maxBatch} a request, clocks ×${speed}`,
    ...destinations.map(({ type, delivery, ...rest }) => `  to ${type} ${JSON.stringify({ ...delivery, ...rest })}`),
  ];
}

export function stepLine(step: Step): string {
  return `  ${(step.atMs / 1000).toFixed(1).padStart(5)} s  ${stepText(step)}`;
}

function stepText(step: Step): string {
  switch (step.kind) {
    case "strike":
      return `${step.type}: ${step.rules.map(ruleText).join(", ")} for ${step.forMs} ms`;
    case "refuse-credentials":
      return `${step.type}: credential refused for ${step.forMs} ms`;
    case "refuse-tunnels":
      return `the proxy answers ${step.status} for ${step.forMs} ms`;
    case "replace-ca":
      return "the right certificate is put into the file of tls_ca";
    case "hide-ca":
      return `the folder of tls_ca cannot be looked into for ${step.forMs} ms`;
    case "end-server":
      return `${step.signal === "SIGKILL" ? "kill -9" : "SIGTERM"}, down for ${step.downMs} ms`;
    case "reconfigure":
      return `${step.type}: new settings ${JSON.stringify(step.delivery)}, SIGTERM and start`;
    case "break-disk":
      return `${step.failure === "full" ? "disk full" : "fsync fails"} for ${step.forMs} ms`;
    case "shift-clock":
      return `the machine's clock jumps by ${step.byMs / 1000} s`;
    case "freeze-server":
      return "the server stands still until another one has its queue, and goes on";
    case "move-dead-letters":
      return step.way === "rename" ? "dead letters are renamed" : "dead letters are copied and deleted";
    case "move-queue":
      return `the queue's folder is away for ${step.forMs} ms`;
    case "ask-ready":
      return `/readyz is to answer ${step.status}`;
    default:
      return step satisfies never;
  }
}

function ruleText(rule: FaultRule): string {
  const { rate = 1, kind, ...rest } = rule;
  const name = rule.kind === "status" ? String(rule.status) : kind;
  const details = rule.kind === "slow" ? ` ${rule.ms} ms` : rule.kind === "partial" ? ` ${JSON.stringify(rest)}` : "";
  return `${name}${details} ${Math.round(rate * 100)}%`;
}
