import { AggregateLogsUploadError, LogsIngestionClient } from "@azure/monitor-ingestion";
import type { LogsIngestionSimulatorOptions } from "@arbitex/simulators";
import { createEventGenerator, startLogsIngestionSimulator, testCertificates } from "@arbitex/simulators";
import { expect, it, onTestFinished } from "vitest";

const TOKEN = "static-token";
const { ca, server } = testCertificates;

async function start(options: LogsIngestionSimulatorOptions = {}, token = TOKEN) {
  const azure = await startLogsIngestionSimulator({ tls: { ...server, trust: ca }, staticToken: TOKEN, ...options });
  onTestFinished(() => azure.close());
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const client = new LogsIngestionClient(azure.url, credential, {
    tlsOptions: { ca },
    retryOptions: { maxRetries: 2, retryDelayInMs: 1 },
  });
  const { dcr_immutable_id: rule, stream_name: stream } = azure.config;
  return { azure, upload: (logs: Record<string, unknown>[]) => client.upload(String(rule), String(stream), logs) };
}

function events(count: number): Record<string, unknown>[] {
  const generator = createEventGenerator({ seed: 5 });
  return Array.from({ length: count }, () => {
    const event = generator.next();
    return { TimeGenerated: new Date(Number(event["time"])).toISOString(), ...event };
  });
}

it("@azure/monitor-ingestion uploads packed lists of less than a megabyte to the simulator", async () => {
  const { azure, upload } = await start();
  await upload(events(2000));
  expect(azure.counts()).toMatchObject({ stored: 2000, repeated: 0 });
  const posts = azure.requests.map(({ headers, status }) => `${headers["content-encoding"]} ${status}`);
  expect(posts.length).toBeGreaterThan(1);
  expect(new Set(posts)).toEqual(new Set(["gzip 204"]));
});

it("@azure/monitor-ingestion loses undeclared columns without noticing, as with Azure", async () => {
  const { azure, upload } = await start({ columns: ["TimeGenerated", "class_uid"] });
  await upload(events(1));
  expect(azure.stored).toEqual([{ TimeGenerated: expect.any(String), class_uid: expect.any(Number) }]);
});

it("@azure/monitor-ingestion heeds the simulator's 429 and 503 and comes again", async () => {
  const { azure, upload } = await start();
  azure.faults.script([
    { kind: "status", status: 429, headers: { "retry-after": "0" } },
    { kind: "status", status: 503 },
  ]);
  await upload(events(3));
  expect(azure.counts()).toMatchObject({ requests: 3, stored: 3 });
});

it.each<[string, LogsIngestionSimulatorOptions, string, number, string]>([
  ["a refused token", {}, "another-token", 401, "InvalidToken"],
  ["a missing role", { hasRole: false }, TOKEN, 403, "OperationFailed"],
  ["a body that is too large", { maxBodyBytes: 100 }, TOKEN, 413, "ContentLengthLimitExceeded"],
])("@azure/monitor-ingestion understands %s", async (_, options, token, statusCode, code) => {
  const { upload } = await start(options, token);
  const failure = await upload(events(3)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AggregateLogsUploadError);
  expect((failure as AggregateLogsUploadError).errors).toMatchObject([{ cause: { statusCode, code } }]);
});
