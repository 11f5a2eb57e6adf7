import datadog from "@arbitex/connector-datadog";
import elastic from "@arbitex/connector-elastic";
import googleSecOps from "@arbitex/connector-google-secops";
import otlp from "@arbitex/connector-otlp";
import file from "@arbitex/connector-file";
import qradar from "@arbitex/connector-qradar";
import s3 from "@arbitex/connector-s3";
import sentinel from "@arbitex/connector-sentinel";
import splunk from "@arbitex/connector-splunk";
import sumo from "@arbitex/connector-sumo";
import syslog from "@arbitex/connector-syslog";
import webhook from "@arbitex/connector-webhook";
import xsiam from "@arbitex/connector-xsiam";
import { deliveryProblems, filterSchema, settingsOf, tenantDeliverySchema, tenantProblems } from "@arbitex/core/host";
import { describe, expect, it } from "vitest";

const connectors = [splunk, elastic, sentinel, datadog, sumo, qradar, xsiam, syslog, otlp, webhook, s3];
const PEM = "\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

describe.each(connectors.map((connector) => ({ type: connector.type, connector })))(
  "an organisation's settings of $type",
  ({ connector }) => {
    const settings = settingsOf(connector.configSchema);
    const spokenOf = settings.filter(({ description }) => /\bfile\b/i.test(description)).map(({ key }) => key);

    it("name no file: every setting that takes a path takes PEM text alone", () => {
      expect(spokenOf).not.toEqual([]);
      for (const key of spokenOf) {
        expect(tenantProblems(connector, { [key]: "/etc/passwd" })).toEqual([
          { path: key, message: expect.stringContaining("PEM"), fix: expect.stringContaining("Paste") },
        ]);
        expect(tenantProblems(connector, { [key]: PEM })).toEqual([]);
      }
    });

    it("are not spoken of where nothing is wrong with them", () => {
      const harmless = settings.filter(({ operatorOnly }) => operatorOnly === undefined);
      const given = Object.fromEntries(harmless.map(({ key }) => [key, "/etc/passwd"]));
      expect(tenantProblems(connector, given)).toEqual([]);
    });

    it("never show a secret in a problem", () => {
      for (const { key } of settings) {
        expect(JSON.stringify(tenantProblems(connector, { [key]: "hunter2" }))).not.toContain("hunter2");
      }
    });
  },
);

it.each(["managed_identity", "workload_identity"])("an organisation cannot use the machine's own %s", (credential) => {
  expect(tenantProblems(sentinel, { credential })).toMatchObject([
    { path: "credential", fix: expect.stringContaining("your own") },
  ]);
});

it("an organisation cannot choose a folder of the server to write to, nor anything else about files there", () => {
  const given = { path: "/etc/cron.d", prefix: "x", max_file_bytes: 2048, max_file_age: 1 };
  expect(tenantProblems(file, given).map(({ path }) => path)).toEqual(Object.keys(given));
  expect(tenantProblems(file, { path: PEM })).toMatchObject([{ path: "path" }]);
});

it("an organisation cannot use the machine's own workload identity at Google", () => {
  expect(tenantProblems(googleSecOps, { workload_identity: "{}" })).toMatchObject([
    { path: "workload_identity", fix: expect.stringContaining("your own") },
  ]);
});

describe("an organisation's delivery", () => {
  it("is what it is for everyone, within bounds", () => {
    const delivery = { batch_size: 500, flush_interval: "2s", concurrency: 4, max_retries: 5, ordered: true };
    expect(tenantDeliverySchema.parse(delivery)).toMatchObject({ batch_size: 500, flush_interval: 2000 });
    expect(tenantDeliverySchema.parse({})).toEqual({});
  });

  it.each([
    { dead_letter_path: "/etc/cron.d/x" },
    { batch_size: 2001 },
    { concurrency: 5 },
    { flush_interval: 0 },
    { flush_interval: "10ms" },
    { max_retries: 1000 },
    { flush_interval: "61m" },
    { max_backoff: "2h" },
    { hold_for: "31d" },
    { hold_for: 1e300 },
    { overflow: "block" },
    { overflow: "reject" },
  ])("is refused with %j", (delivery) => {
    expect(tenantDeliverySchema.safeParse(delivery).success).toBe(false);
  });
});

describe("texts and lists of an organisation's settings", () => {
  it.each([
    [splunk, { source: "x".repeat(2049) }],
    [splunk, { host: "x".repeat(60_000) }],
    [datadog, { tags: Array.from({ length: 101 }, (_, index) => `t:${index}`) }],
    [datadog, { tags: ["x".repeat(2049)] }],
    [sumo, { source_category: "x".repeat(2049) }],
    [splunk, { token: "x".repeat(8193) }],
  ])("that are written into every event or request are bounded", (connector, settings) => {
    expect(tenantProblems(connector, settings)).toMatchObject([{ message: expect.stringContaining("at most") }]);
  });

  it.each(["half \ud800 of a pair", "\udc00", "nul \0"])("are of characters alone, which %j is not", (token) => {
    expect(tenantProblems(splunk, { token })).toMatchObject([{ message: expect.stringContaining("no characters") }]);
    expect(tenantProblems(datadog, { tags: [token] })).toHaveLength(1);
    expect(tenantProblems(splunk, { token: "a whole 😀" })).toEqual([]);
  });

  it("leave space for what is really used", () => {
    const token = "x".repeat(4000);
    expect(tenantProblems(splunk, { token, source: "x".repeat(2000), tls_ca: PEM.repeat(100) })).toEqual([]);
  });
});

describe("a filter", () => {
  it("is a set of classes, each once, a thousand at most", () => {
    expect(filterSchema.parse({ class_uids: [3002, 6003, 3002] })).toEqual({ class_uids: [3002, 6003] });
    const many = Array.from({ length: 1001 }, (_, index) => index);
    expect(filterSchema.safeParse({ class_uids: many }).success).toBe(false);
  });
});

describe("a delivery's compression", () => {
  it("is refused where the SIEM takes another, or none", () => {
    const problem = [{ path: "compression", message: expect.stringContaining("only"), fix: expect.any(String) }];
    expect(deliveryProblems(qradar, {}, { compression: "gzip" })).toEqual(problem);
    expect(deliveryProblems(xsiam, { compression: "gzip" }, { compression: "none" })).toEqual(problem);
  });

  it("is left alone where it is possible, or not set", () => {
    expect(deliveryProblems(qradar, {}, { compression: "none" })).toEqual([]);
    expect(deliveryProblems(qradar, {}, {})).toEqual([]);
    expect(deliveryProblems(xsiam, { compression: "gzip" }, { compression: "gzip" })).toEqual([]);
    expect(deliveryProblems(splunk, {}, { compression: "gzip" })).toEqual([]);
  });
});
