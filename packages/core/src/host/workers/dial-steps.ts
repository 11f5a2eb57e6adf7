import type { CheckStep } from "../../connector/check-report.ts";
import type { DialStep } from "../../connector/http-transport.ts";

/** Watches how the first connection of a check over HTTP is opened. */
export interface DialSteps {
  /** The step of a check for this part of the dialling; undefined for another origin, or a second connection. */
  stepOf(dialled: DialStep): CheckStep | undefined;
  /** A connector's step. Its `connect` gets the name of the part that failed, or `answer` if all parts succeeded. */
  renamed(step: CheckStep): CheckStep;
}

/** Text of a failed name lookup. */
const NOT_FOUND = /ENOTFOUND|EAI_AGAIN|getaddrinfo/;

export function createDialSteps(): DialSteps {
  let first: string | undefined;
  const done = new Set<DialStep["name"]>();

  function partOf({ status, detail }: CheckStep): string {
    if (status !== "failed") return done.size === 0 ? "connect" : "answer";
    if (done.size === 0 && NOT_FOUND.test(detail)) return "resolve";
    if (!done.has("connect")) return "connect";
    return first?.startsWith("https:") === true && !done.has("tls") ? "tls" : "answer";
  }

  return {
    stepOf({ origin, name, detail }) {
      first ??= origin;
      if (origin !== first || done.has(name)) return undefined;
      done.add(name);
      return { name, status: "passed", detail };
    },
    renamed: (step) => (step.name === "connect" ? { ...step, name: partOf(step) } : step),
  };
}
