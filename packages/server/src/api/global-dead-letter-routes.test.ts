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

/** Messages of the audit events that the operator's SIEM received, without the dead letters' own. */
async function toldOf(): Promise<readonly unknown[]> {
  await api.host.settled();
  const events = await api.events();
  return events.flatMap(({ class_uid: classUid, message }) => (classUid === 3004 ? [message] : []));
}

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

it("lists their replays, and tells the operator's SIEMs of each", async () => {
  const { id } = (await api.call("POST", `${deadLetters}/replay`, { token, body: {} })).json;
  const { replays } = (await api.call("GET", `${deadLetters}/replay`, { token })).json;
  expect(replays).toMatchObject([{ id, found: 2 }]);
  expect(await toldOf()).toEqual(["A replay of 2 dead letters of the global destination soc (acme) was started."]);
});

it("gives them up for good, counting first, of one organisation or of all, and tells of it", async () => {
  const purge = (query: string) => api.call("DELETE", `${deadLetters}?which=all&${query}`, { token });
  expect((await purge("dry_run=true")).json).toEqual({ purged: 0, found: 2 });
  expect((await purge("confirm=other")).status).toBe(422);
  expect((await purge(`org_id=${ORG_A}`)).json).toEqual({ purged: 1 });
  expect((await purge("confirm=soc")).json).toEqual({ purged: 1 });
  expect((await api.call("GET", deadLetters, { token })).json.letters).toEqual([]);
  expect(await toldOf()).toEqual(
    Array.from({ length: 2 }, () => "1 dead letters of the global destination soc (acme) were purged."),
  );
});

it("sends one event to try it", async () => {
  const answer = await api.call("POST", "/api/admin/siem/destinations/soc/test-event", { token });
  expect(answer.status).toBe(200);
  expect(answer.json).toMatchObject({ event: { unmapped: { test: true } } });
  expect((await api.call("POST", "/api/admin/siem/destinations/nobody/test-event", { token })).status).toBe(404);
});

it("a configuration of an organisation is none of them", async () => {
  const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };
  const { id } = (await api.call("POST", "/v1/org/siem-configs", { body })).json;
  expect((await api.call("GET", deadLetters.replace("soc", id), { token })).status).toBe(404);
});
