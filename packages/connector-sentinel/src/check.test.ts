import type { CheckStep, Sink } from "@arbitex/core";
import { checkPassed } from "@arbitex/core";
import type { LogsIngestionSimulator, LogsIngestionSimulatorOptions } from "@arbitex/simulators";
import { startLogsIngestionSimulator } from "@arbitex/simulators";
import { createTestContext } from "@arbitex/testkit";
import { describe, expect, it, onTestFinished } from "vitest";
import { allColumns } from "./columns.ts";
import { sentinel } from "./index.ts";
import { sentinelSchema } from "./schema.ts";

const never = new AbortController().signal;
const columns = allColumns.map(({ name }) => name);

describe("checking a destination", () => {
  it("proves the way, the token, the role, the rule, the stream and the columns, and writes nothing", async () => {
    const { steps, azure } = await checked({ columns });
    expect(steps).toMatchObject([
      { name: "connect", status: "passed" },
      { name: "credential", status: "passed" },
      { name: "target", status: "passed" },
      { name: "columns", status: "passed", detail: `all ${columns.length} columns are declared` },
    ]);
    expect(azure.stored).toEqual([]);
  });

  it("names the columns that are not declared, and lets the destination work all the same", async () => {
    const missing = ["actor_user_email", "unmapped"];
    const { steps } = await checked({ columns: columns.filter((name) => !missing.includes(name)) });
    expect(steps.at(-1)).toEqual({
      name: "columns",
      status: "skipped",
      detail: "2 columns are not declared, so that Azure drops them: actor_user_email, unmapped",
      fix: expect.stringMatching(/Declare them/),
    });
    expect(checkPassed({ steps })).toBe(true);
  });

  it.each<[string, LogsIngestionSimulatorOptions, object, RegExp]>([
    ["may not read the rule", { columns, mayReadRule: false }, {}, /may not read the data collection rule/],
    ["has tokens of another issuer", { columns }, { management_host: undefined }, /not for Azure Resource Manager/],
    ["cannot reach it", { columns }, { management_host: "http://127.0.0.1:9" }, /ECONNREFUSED|bad port/],
  ])("leaves the columns out where the identity %s", async (_, options, change, detail) => {
    const { steps } = await checked(options, change);
    expect(steps.at(-1)).toMatchObject({ name: "columns", status: "skipped", detail: expect.stringMatching(detail) });
    expect(checkPassed({ steps })).toBe(true);
  });

  it.each<[string, LogsIngestionSimulatorOptions, object, string, RegExp]>([
    ["a wrong secret", {}, { client_secret: "wrong" }, "credential", /client_secret/],
    ["an unknown tenant", {}, { tenant_id: "other" }, "credential", /tenant_id/],
    ["a missing role", { hasRole: false }, {}, "target", /Monitoring Metrics Publisher.*30 minutes/],
    ["another rule", {}, { dcr_immutable_id: "dcr-other" }, "target", /dcr_immutable_id/],
    ["another stream", {}, { stream_name: "Custom-Other" }, "target", /stream_name/],
  ])("names the fix for %s", async (_, options, change, name, fix) => {
    const { steps } = await checked(options, change);
    expect(steps.at(-1)).toMatchObject({ name, status: "failed", fix: expect.stringMatching(fix) });
  });

  it("has no fix for a service that is ill", async () => {
    const { steps } = await checked({ faults: "503" });
    expect(steps.at(-1)).toEqual({ name: "target", status: "failed", detail: expect.stringMatching(/503/) });
  });

  it("fails at a redirect, and at a refusal that no list knows", async () => {
    const location = "https://new.example.com/dataCollectionRules?token=s";
    const moved = await checked({ faults: [{ kind: "status", status: 308, headers: { location } }] });
    expect(moved.steps.at(-1)).toMatchObject({
      name: "target",
      status: "failed",
      fix: expect.stringMatching(/leads to https:\/\/new\.example\.com:/),
    });
    const body = JSON.stringify({ error: { code: "SomethingNew", message: "No." } });
    const odd = await checked({ faults: [{ kind: "status", status: 400, body }] });
    expect(odd.steps.at(-1)).toMatchObject({ name: "target", status: "failed", fix: expect.stringMatching(/dcr_/) });
  });

  it("ends at an endpoint that is not there", async () => {
    const { steps } = await checked({}, { endpoint: "http://127.0.0.1:1" });
    expect(steps).toMatchObject([{ name: "connect", status: "failed", fix: expect.stringMatching(/Set endpoint/) }]);
  });

  it("is not misled by a token that was revoked", async () => {
    const { sink, azure } = await setUp();
    await sink.check?.(never);
    azure.expireTokens();
    const report = await sink.check?.(never);
    expect(report && checkPassed(report)).toBe(true);
  });
});

async function checked(options: LogsIngestionSimulatorOptions = {}, change: object = {}) {
  const { sink, azure } = await setUp(options, change);
  const report = await sink.check?.(never);
  const steps: readonly CheckStep[] = report?.steps ?? [];
  return { steps, azure };
}

async function setUp(
  options: LogsIngestionSimulatorOptions = {},
  change: object = {},
): Promise<{ sink: Sink; azure: LogsIngestionSimulator }> {
  const context = createTestContext();
  const azure = await startLogsIngestionSimulator({ now: context.now, ...options });
  const settings = Object.entries({ ...azure.config, ...change }).filter(([, value]) => value !== undefined);
  const sink = await sentinel.open(sentinelSchema.parse(Object.fromEntries(settings)), context);
  onTestFinished(async () => {
    await sink.close?.();
    await context.egress.close();
    await azure.close();
  });
  return { sink, azure };
}
