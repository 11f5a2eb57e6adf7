import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter as JsonExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { LoggerProvider, BatchLogRecordProcessor } from "@opentelemetry/sdk-logs";
import type { OtlpSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startOtlpSimulator } from "@arbitex/simulators";
import { describe, expect, it, onTestFinished } from "vitest";

const exporters = [
  ["protobuf", ProtobufExporter],
  ["JSON", JsonExporter],
] as const;

describe.each(exporters)("OpenTelemetry's own exporter in %s", (_, Exporter) => {
  async function setUp(options: OtlpSimulatorOptions = {}, token?: string) {
    const siem = await startOtlpSimulator(options);
    const exporter = new Exporter({
      url: `${siem.url}/v1/logs`,
      headers: { authorization: `Bearer ${token ?? String(siem.config["bearer_token"])}` },
    });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    onTestFinished(async () => {
      await provider.shutdown();
      await siem.close();
    });
    return { siem, provider, logger: provider.getLogger("test") };
  }

  it("delivers log records to the simulator, which reads out of them what went in", async () => {
    const { siem, provider, logger } = await setUp();
    const event = createEventGenerator({ seed: 1 }).next();
    const attributes = { "log.record.uid": "é", whole: 7, less: -7, half: 0.5, yes: true, list: ["a", "b"] };
    const body = JSON.stringify(event);
    const timestamp = new Date(1_764_000_000_123);
    logger.emit({
      timestamp,
      severityNumber: SeverityNumber.ERROR,
      severityText: "High",
      eventName: "ocsf.api_activity",
      body,
      attributes,
    });
    await provider.forceFlush();
    expect(siem.stored).toMatchObject([
      { timeUnixNano: "1764000000123000000", severityNumber: 17, severityText: "High", eventName: "ocsf.api_activity" },
    ]);
    expect(siem.stored[0]).toMatchObject({ body, attributes, serviceName: expect.stringContaining("unknown_service") });
  });

  it("sends a record again where the simulator is busy, as the specification has it, and where it refuses does not", async () => {
    const { siem, provider, logger } = await setUp();
    siem.faults.script([{ kind: "status", status: 503, headers: { "retry-after": "0" } }]);
    logger.emit({ body: "busy" });
    await provider.forceFlush();
    expect(siem.stored).toHaveLength(1);
    siem.faults.script([{ kind: "status", status: 400 }]);
    logger.emit({ body: "bad" });
    await provider.forceFlush();
    expect(siem.stored).toHaveLength(1);
    expect(siem.requests.map(({ status }) => status)).toEqual([503, 200, 400]);
  });

  it("is content with the simulator's partial success, and sends nothing again", async () => {
    const { siem, provider, logger } = await setUp({ faults: "partial" });
    logger.emit({ body: "refused" });
    await provider.forceFlush();
    expect(siem.counts()).toMatchObject({ requests: 1, stored: 0, refused: 1 });
  });
});
