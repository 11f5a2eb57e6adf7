import { stringifyEvent, validateText } from "@arbitex/core/ocsf";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiServer } from "../../test/api-server.ts";
import { ORG_A, startApi } from "../../test/api-server.ts";
import { writeDeadLetters } from "../../test/dead-letters.ts";
import type { SiemConfig } from "../organisations/configs/siem-config.ts";
import type { ConfigChange } from "./config-events.ts";
import { auditEventOf } from "./config-events.ts";

const CONFIGS = "/v1/org/siem-configs";
const config: SiemConfig = {
  id: "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001",
  orgId: ORG_A,
  connectorType: "acme",
  name: null,
  isEnabled: true,
  settings: { token: "s3cret" },
  delivery: {},
  filter: {},
  secretChanges: {},
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  status: {
    deliveryStatus: "pending",
    lastDeliveryAt: null,
    lastError: null,
    fix: null,
    errorSince: null,
    counts: null,
  },
};

describe("an event of a change", () => {
  const changes: readonly ConfigChange[] = [
    { kind: "created", config, changed: ["config.token"] },
    { kind: "updated", config, before: config, changed: ["config.token"] },
    { kind: "deleted", config: { ...config, name: "SOC" }, leftover: "deliver" },
    { kind: "replay-started", config, deadLetters: 3 },
  ];
  const callers = [
    { name: "ada", scopes: [{ kind: "org", orgId: ORG_A }] },
    { name: "root", scopes: [{ kind: "admin" }] },
  ] as const;

  it.each(changes.flatMap((change) => callers.map((caller) => [change.kind, caller.name, change, caller] as const)))(
    "(%s by %s) is valid OCSF and holds no value of a setting",
    (_kind, _name, change, caller) => {
      const text = stringifyEvent(auditEventOf(change, { caller, address: "203.0.113.7" }, 1741824000123));
      const { errors, warnings } = validateText(text, { schema: "extended" });
      expect([...errors, ...warnings]).toEqual([]);
      expect(text).not.toContain("s3cret");
      expect(text).toContain(`"tenant_uid":"${ORG_A}"`);
    },
  );
});

describe("the SIEMs", () => {
  let api: ApiServer;
  beforeEach(async () => {
    api = await startApi();
  });
  afterEach(() => api.close());

  it("hear of each change, by whom, of what, from where, and never of a value", async () => {
    const body = {
      connector_type: "acme",
      name: "SOC",
      config: { url: "https://acme.example", token: "s3cret-token" },
    };
    const { id } = (await api.call("POST", CONFIGS, { body })).json;
    const change = {
      config: { url: "https://acme.example", token: "s3cret-other", index: "s3cret-index" },
      is_enabled: false,
    };
    await api.call("PATCH", `${CONFIGS}/${id}`, { body: change });
    await api.call("PATCH", `${CONFIGS}/${id}`, { body: { connector_type: "other" } });
    await writeDeadLetters(api.folder, `${id}.jsonl`, [{ id: "l", destination: id, orgId: ORG_A }]);
    await api.call("POST", `${CONFIGS}/${id}/dead-letters/replay`, { body: { dry_run: true } });
    await api.call("POST", `${CONFIGS}/${id}/dead-letters/replay`);
    await api.call("POST", `${CONFIGS}/${id}/test`);
    await api.call("DELETE", `${CONFIGS}/${id}?org_id=${ORG_A}`, { token: "siem_admin" });
    const events = await api.events();
    expect(events.map(({ activity_name, message }) => `${String(activity_name)}: ${String(message)}`)).toEqual([
      "Create: SIEM configuration SOC (acme) was created.",
      "Update: SIEM configuration SOC (acme) was changed: is_enabled, config.token, config.index.",
      "Replay: A replay of 1 dead letters of SIEM configuration SOC (acme) was started.",
      "Delete: SIEM configuration SOC (acme) was deleted.",
    ]);
    expect(events[1]).toMatchObject({
      class_uid: 3004,
      actor: { user: { name: "ada" }, org: { uid: ORG_A } },
      metadata: { tenant_uid: ORG_A },
      entity: { uid: id, name: "SOC", type: "SIEM configuration: acme", version: "1" },
      entity_result: { version: "2" },
      unmapped: {
        changed_settings: ["is_enabled", "config.token", "config.index"],
        src_endpoint: { ip: "127.0.0.1" },
      },
    });
    // An administrator is not of the organisation, but the event is.
    expect(events[3]).toMatchObject({ actor: { user: { name: "root" } }, metadata: { tenant_uid: ORG_A } });
    expect(events[3]?.["actor"]).not.toHaveProperty("org");
    expect(JSON.stringify(events)).not.toContain("s3cret");
  });

  it("that cannot be told do not undo the change; the log says so", async () => {
    await api.host.stop({ deadlineMs: 0 });
    const body = { connector_type: "acme", config: { url: "https://acme.example", token: "s3cret-token" } };
    expect((await api.call("POST", CONFIGS, { body })).status).toBe(201);
    expect(api.failures.map(({ message }) => message)).toEqual([expect.stringContaining("no SIEM was told")]);
  });
});
