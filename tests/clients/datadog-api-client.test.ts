import { readFile } from "node:fs/promises";
import { client, v1, v2 } from "@datadog/datadog-api-client";
import { createEventGenerator, startDatadogSimulator } from "@arbitex/simulators";
import { expect, it, onTestFinished } from "vitest";

const KEY = "0123456789abcdef0123456789abcdef";

async function setUp(key = KEY) {
  const siem = await startDatadogSimulator({ apiKey: KEY });
  onTestFinished(() => siem.close());
  const configuration = client.createConfiguration({
    authMethods: { apiKeyAuth: key },
    baseServer: new client.BaseServerConfiguration(siem.url, {}),
  });
  return { siem, configuration };
}

function events(count: number) {
  const generator = createEventGenerator({ seed: 5, startTime: Date.now() });
  return Array.from({ length: count }, () => generator.next());
}

it("datadog-api-client submits logs to the simulator, plain and with tags of the request", async () => {
  const { siem, configuration } = await setUp();
  const given = events(40);
  const body = given.map((event) => ({
    ddsource: "arbitex",
    ddtags: "env:test",
    hostname: "gw-1",
    service: "arbitex-platform",
    message: JSON.stringify(event),
  }));
  const answer: unknown = await new v2.LogsApi(configuration).submitLog({ body, ddtags: "team:security" });
  expect(answer).toEqual({});
  expect(siem.stored.map(({ attributes }) => attributes)).toEqual(given);
  expect(siem.stored[0]).toMatchObject({
    source: "arbitex",
    host: "gw-1",
    service: "arbitex-platform",
    tags: ["team:security", "env:test"],
  });
});

it("datadog-api-client compresses for the simulator", async () => {
  const { siem, configuration } = await setUp();
  await new v2.LogsApi(configuration).submitLog({
    body: events(20).map((event) => ({ message: JSON.stringify(event) })),
    contentEncoding: "gzip",
  });
  expect(siem.requests[0]?.headers["content-encoding"]).toBe("gzip");
  expect(siem.counts()).toMatchObject({ stored: 20 });
});

it.each([
  ["a wrong key", "wrong", [{ message: "a" }], 403, "Forbidden"],
  ["too many logs", KEY, Array.from({ length: 1001 }, () => ({ message: "a" })), 413, "Request Entity Too Large"],
])("datadog-api-client understands why the simulator refuses %s", async (_, key, body, code, title) => {
  const { siem, configuration } = await setUp(key);
  const refusal = new v2.LogsApi(configuration).submitLog({ body });
  await expect(refusal).rejects.toMatchObject({ code, body: { errors: [{ status: String(code), title }] } });
  expect(siem.stored).toEqual([]);
});

it("datadog-api-client validates a key with the simulator", async () => {
  const { configuration } = await setUp();
  expect(await new v1.AuthenticationApi(configuration).validate()).toMatchObject({ valid: true });
  const stranger = await setUp("wrong");
  const refusal = new v1.AuthenticationApi(stranger.configuration).validate();
  await expect(refusal).rejects.toMatchObject({ code: 403, body: { errors: ["Forbidden"] } });
});

it("datadog-api-client finds in our pipeline nothing that it does not know", async () => {
  const file = new URL("../../packages/connector-datadog/setup/pipeline.json", import.meta.url);
  const text = await readFile(file, "utf8");
  const body = { text: async () => text, binary: async () => Buffer.from(text) };
  const send = async () => new client.ResponseContext(200, { "content-type": "application/json" }, body);
  const configuration = client.createConfiguration({ httpApi: { send } });
  const pipeline = await new v1.LogsPipelinesApi(configuration).getLogsPipeline({ pipelineId: "1" });
  expect(JSON.stringify(pipeline)).not.toContain("_unparsed");
  expect(pipeline.filter?.query).toBe("source:arbitex");
  expect(pipeline.processors?.map(({ constructor }) => constructor.name)).toEqual([
    "LogsCategoryProcessor",
    "LogsStatusRemapper",
    "LogsStringBuilderProcessor",
    "LogsServiceRemapper",
    "LogsAttributeRemapper",
    "LogsAttributeRemapper",
    "LogsGeoIPParser",
  ]);
});
