import { createEventGenerator, startHecSimulator } from "@arbitex/simulators";
import { Logger } from "splunk-logging";
import { expect, it, onTestFinished } from "vitest";

const TOKEN = "5f3c1d6e-8a1b-4f0e-9a55-0c1d2e3f4a5b";

function flush(logger: Logger): Promise<{ text: string; code: number }> {
  return new Promise((resolve, reject) => {
    logger.flush((error, _response, body) => (error ? reject(error) : resolve(body)));
  });
}

it("splunk-logging delivers a batch to the HEC simulator, objects with nothing between them", async () => {
  const hec = await startHecSimulator({ token: TOKEN });
  onTestFinished(() => hec.close());
  const generator = createEventGenerator({ seed: 11 });
  const events = Array.from({ length: 40 }, () => generator.next());
  const logger = new Logger({ token: TOKEN, url: hec.url, maxBatchCount: 0 });
  for (const message of events) logger.send({ message, metadata: { host: "gateway-1", index: "main" } });
  expect(await flush(logger)).toMatchObject({ text: "Success", code: 0 });
  expect(hec.stored.map(({ event }) => event)).toEqual(events.map((message) => ({ message, severity: "info" })));
  expect(hec.stored[0]).toMatchObject({ host: "gateway-1", index: "main" });
  expect(hec.counts()).toMatchObject({ requests: 1, stored: 40, repeated: 0 });
});

it("splunk-logging understands why the HEC simulator refuses it", async () => {
  const hec = await startHecSimulator({ token: TOKEN, indexes: ["main"] });
  onTestFinished(() => hec.close());
  const logger = new Logger({ token: TOKEN, url: hec.url, maxBatchCount: 0 });
  const told: string[] = [];
  logger.error = ({ code, message }) => told.push(`${code} ${message}`);
  logger.send({ message: "one" });
  logger.send({ message: "two", metadata: { index: "secret" } });
  expect(await flush(logger)).toMatchObject({ code: 7 });
  const stranger = new Logger({ token: "nobody", url: hec.url, maxBatchCount: 0 });
  stranger.error = logger.error;
  stranger.send({ message: "three" });
  await flush(stranger);
  expect(told).toEqual(["7 Incorrect index", "4 Invalid token"]);
  expect(hec.stored.map(({ event }) => event)).toEqual([{ message: "one", severity: "info" }]);
});
