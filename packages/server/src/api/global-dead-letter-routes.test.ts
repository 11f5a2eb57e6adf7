import { afterEach, beforeEach, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { ORG_A, ORG_B, startApi } from "../../test/api-server.ts";
import { writeDeadLetters } from "../../test/dead-letters.ts";

let api: ApiServer;
const deadLetters = "/api/admin/siem/destinations/soc/dead-letters";
const token = "siem_admin";

beforeEach(async () => {
  api = await startApi();
  await writeDeadLetters(api.folder, "soc.jsonl", [
    { id: "a", destination: "soc", orgId: ORG_A },
    { id: "b", destination: "soc", orgId: ORG_B, at: "2026-11-25T11:00:00.000Z" },
  ]);
});
afterEach(() => api.close());

const idsOf = (json: { letters: { id: string }[] }) => json.letters.map(({ id }) => id);

it("an administrator sees a global destination's dead letters, of every organisation or of one", async () => {
  expect(idsOf((await api.call("GET", deadLetters, { token })).json)).toEqual(["b", "a"]);
  expect(idsOf((await api.call("GET", `${deadLetters}?org_id=${ORG_A}`, { token })).json)).toEqual(["a"]);
  expect((await api.call("GET", deadLetters.replace("soc", "nobody"), { token })).status).toBe(404);
});

it("and has them sent again", async () => {
  const dry = await api.call("POST", `${deadLetters}/replay`, { token, body: { dry_run: true } });
  expect(dry.json).toMatchObject({ dry_run: true, found: 2, foreign: 0 });
  const started = await api.call("POST", `${deadLetters}/replay`, { token, body: {} });
  expect(started.status).toBe(202);
  const { id } = started.json;
  await expect
    .poll(async () => (await api.call("GET", `${deadLetters}/replay/${id}`, { token })).json, { timeout: 10_000 })
    .toMatchObject({ state: "complete", settled: 2 });
  expect((await api.call("GET", deadLetters, { token })).json.letters).toEqual([]);
  expect((await api.call("DELETE", `${deadLetters}/replay/${id}`, { token })).json).toMatchObject({
    state: "complete",
  });
});

it("a configuration of an organisation is none of them", async () => {
  const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };
  const { id } = (await api.call("POST", "/v1/org/siem-configs", { body })).json;
  expect((await api.call("GET", deadLetters.replace("soc", id), { token })).status).toBe(404);
});
