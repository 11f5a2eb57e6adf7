import type { AnyConnector, CheckReport } from "@arbitex/core";
import type { RecordingLogger } from "./recording.ts";
import { createRecordingLogger } from "./recording.ts";

/** A connector whose results are recorded before the host masks secrets in them, on which it must not rely. */
export interface TappedConnector {
  readonly connector: AnyConnector;
  readonly logger: RecordingLogger;
  readonly reports: readonly CheckReport[];
}

export function tapConnector(connector: AnyConnector): TappedConnector {
  const logger = createRecordingLogger();
  const reports: CheckReport[] = [];
  return {
    logger,
    reports,
    connector: {
      ...connector,
      async open(config, context) {
        const sink = await connector.open(config, { ...context, logger });
        if (sink.check === undefined) return sink;
        return {
          ...sink,
          async check(signal) {
            const report = (await sink.check?.(signal)) ?? { steps: [] };
            reports.push(report);
            return report;
          },
        };
      },
    },
  };
}
