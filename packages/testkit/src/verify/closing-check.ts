import { createRequire } from "node:module";
import { join } from "node:path";
import { isObject } from "@arbitex/simulators";
import type { Check } from "../conformance/check.ts";
import { check, unless } from "../conformance/check.ts";
import type { ConformanceSimulator } from "../conformance/subject.ts";
import type { InstalledPackage } from "./installed-package.ts";
import { watchProcess } from "./watched-process.ts";

/** Always the built probe, which Node can run directly. */
const PROBE = createRequire(import.meta.url).resolve("#closing-probe");

/** Whether a closed destination leaves a timer or a connection open, for which a stopping server would wait. */
export function closingCheck({ folder, manifest }: InstalledPackage, simulator: ConformanceSimulator | string): Check {
  return check(
    "close-ends",
    "keeps no process alive once its destination is closed",
    async () => {
      if (typeof simulator === "string") return [simulator];
      const { arbitexConnector: own } = manifest;
      const entry = join(folder, String(isObject(own) ? own["entry"] : ""));
      const siem = await simulator.start({});
      try {
        let isClosed = false;
        const words = [entry, JSON.stringify(siem.config)];
        const { isEnded, output } = await watchProcess(PROBE, words, (message) => (isClosed = message === "closed"));
        if (!isClosed) return [`it cannot be opened and closed: ${output.slice(0, 300)}`];
        return unless(
          isEnded,
          "a process that has opened and closed a destination does not end: a timer or a connection is open",
        );
      } finally {
        await siem.close();
      }
    },
    typeof simulator === "string" ? simulator : undefined,
  );
}
