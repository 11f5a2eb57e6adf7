import { expect, it, onTestFinished } from "vitest";
import { startBulkSimulator } from "../bulk/bulk-simulator.ts";
import { startHecSimulator } from "../hec/hec-simulator.ts";
import type { Simulator } from "./simulator.ts";

const hecEvents = (...ids: string[]) => ids.map((uid) => `{"event":{"metadata":{"uid":"${uid}"}}}`).join("\n");

it("refuses every credential of HEC until told otherwise, but not the health address", async () => {
  const hec = closing(await startHecSimulator());
  const post = () => postTo(hec, "/services/collector", hecEvents("a"), `Splunk ${String(hec.config["token"])}`);
  hec.refuseCredentials?.(true);
  expect(await (await post()).json()).toEqual({ text: "Invalid token", code: 4 });
  expect((await fetch(`${hec.url}/services/collector/health`)).status).toBe(200);
  hec.refuseCredentials?.(false);
  expect((await post()).status).toBe(200);
  expect(hec.ids).toEqual(["a"]);
});

it("refuses every credential of Elasticsearch, at every address", async () => {
  const elastic = closing(await startBulkSimulator());
  elastic.refuseCredentials?.(true);
  const key = `ApiKey ${String(elastic.config["api_key"])}`;
  const replies = [
    await fetch(elastic.url, { headers: { authorization: key } }),
    await postTo(elastic, "/i/_bulk", bulk("a"), key),
  ];
  expect(replies.map(({ status }) => status)).toEqual([401, 401]);
  expect(elastic.ids).toEqual([]);
});

it("refuses a poisoned event whenever it comes, and says which one it was", async () => {
  const hec = closing(await startHecSimulator());
  hec.poison?.("b");
  const post = (...ids: string[]) =>
    postTo(hec, "/services/collector", hecEvents(...ids), `Splunk ${String(hec.config["token"])}`);
  expect(await (await post("a", "b", "c")).json()).toMatchObject({ code: 6, "invalid-event-number": 1 });
  expect(await (await post("b")).json()).toMatchObject({ code: 6, "invalid-event-number": 0 });
  expect(hec.ids).toEqual(["a"]);
  const elastic = closing(await startBulkSimulator());
  elastic.poison?.("b");
  const reply = await (await postTo(elastic, "/i/_bulk", bulk("a", "b", "c"))).text();
  expect([...reply.matchAll(/"status":(\d+)/g)].map(([, status]) => status)).toEqual(["201", "400", "201"]);
  expect(elastic.ids).toEqual(["a", "c"]);
});

it("takes no body above a limit that it is given", async () => {
  const hec = closing(await startHecSimulator({ maxBodyBytes: 100 }));
  const reply = await postTo(hec, "/services/collector", hecEvents("a", "b", "c"), "Splunk x");
  expect(reply.status).toBe(413);
});

it("ends its side of a connection instead of answering, once the events are stored", async () => {
  const hec = closing(await startHecSimulator());
  hec.faults.script([{ kind: "half-closed" }]);
  const posting = postTo(hec, "/services/collector", hecEvents("a"), `Splunk ${String(hec.config["token"])}`);
  await expect(posting).rejects.toThrow("fetch failed");
  expect(hec.ids).toEqual(["a"]);
});

function bulk(...ids: string[]): string {
  return ids.map((id) => `{"create":{"_id":"${id}"}}\n{"@timestamp":0}\n`).join("");
}

function postTo({ url }: Simulator, path: string, body: string, authorization?: string): Promise<Response> {
  const headers = { "content-type": "application/json", ...(authorization !== undefined && { authorization }) };
  return fetch(`${url}${path}`, { method: "POST", headers, body });
}

function closing<Started extends Simulator>(simulator: Started): Started {
  onTestFinished(() => simulator.close());
  return simulator;
}
