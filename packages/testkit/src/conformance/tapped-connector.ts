import type { AnyConnector, CheckReport } from "@arbitex/core";
import type { RecordingLogger } from "./recording.ts";
import { createRecordingLogger } from "./recording.ts";

/** A connector whose own words are kept before the host hides secrets in them: it must not rely on that. */
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
