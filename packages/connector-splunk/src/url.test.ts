import { describe, expect, it } from "vitest";
import { hecEndpoints, literalUrlProblem, urlProblem } from "./url.ts";

const usual = { path: "hec", shape: "event", metadata: {} } as const;

describe("hecEndpoints", () => {
  it.each([
    "https://splunk.example.com:8088",
    "https://splunk.example.com:8088/",
    "https://splunk.example.com:8088/services",
    "https://splunk.example.com:8088/services/collector",
    "https://splunk.example.com:8088/services/collector/",
    "https://splunk.example.com:8088/services/collector/1.0",
    "https://splunk.example.com:8088/services/collector/event",
    "https://splunk.example.com:8088/services/collector/event/",
    "https://splunk.example.com:8088/services/collector/event/1.0",
    "https://splunk.example.com:8088/services/collector/event/1.0/",
    "https://splunk.example.com:8088/services/collector/raw",
    "https://splunk.example.com:8088/services/collector/raw/1.0",
    "https://splunk.example.com:8088/services/collector/ack",
    "https://splunk.example.com:8088/services/collector/health/1.0",
    " https://SPLUNK.example.com:8088//services/collector/event",
  ])("understands %s", (url) => {
    const { intake, ack, health } = hecEndpoints({ ...usual, url });
    expect([intake.href, ack?.href, health?.href]).toEqual([
      "https://splunk.example.com:8088/services/collector/event",
      "https://splunk.example.com:8088/services/collector/ack",
      "https://splunk.example.com:8088/services/collector/health",
    ]);
  });

  it.each([
    [
      "https://http-inputs-acme.splunkcloud.com:443",
      "https://http-inputs-acme.splunkcloud.com/services/collector/event",
    ],
    ["http://127.0.0.1:8088/services/collector/raw", "http://127.0.0.1:8088/services/collector/event"],
    ["https://proxy.example.com/splunk/", "https://proxy.example.com/splunk/services/collector/event"],
    ["https://proxy.example.com/a/services/collector", "https://proxy.example.com/a/services/collector/event"],
    ["https://proxy.example.com/my-services", "https://proxy.example.com/my-services/services/collector/event"],
    ["https://[::1]:8088", "https://[::1]:8088/services/collector/event"],
  ])("keeps scheme, port and the prefix of a reverse proxy: %s", (url, event) => {
    expect(hecEndpoints({ ...usual, url }).intake.href).toBe(event);
  });

  it("says in the query what a raw body cannot say", () => {
    const metadata = { host: "gw 1", source: "arbitex:audit" };
    const { intake } = hecEndpoints({ ...usual, shape: "raw", url: "https://splunk.example.com:8088", metadata });
    expect(intake.href).toBe("https://splunk.example.com:8088/services/collector/raw?host=gw+1&source=arbitex%3Aaudit");
  });

  it("takes a literal URL as it stands, and knows no other address there", () => {
    const url = "https://ingest.example.com/hec/5a1f/v1?isParsed=true";
    expect(hecEndpoints({ ...usual, path: "literal", shape: "raw", url, metadata: { host: "gw-1" } })).toEqual({
      intake: new URL(url),
    });
  });
});

describe("urlProblem", () => {
  it.each(["https://splunk.example.com:8088", "http://localhost:8088/services/collector"])(
    "finds none in %s",
    (url) => {
      expect(urlProblem(url)).toBeUndefined();
    },
  );

  it.each(["", "splunk.example.com", "splunk.example.com:8088", "ftp://splunk.example.com", "https://", "/services"])(
    "says how a URL must begin: %s",
    (url) => {
      expect(urlProblem(url)).toContain("must begin with https://");
    },
  );

  it.each([
    "https://x:s3cret@splunk.example.com",
    "https://splunk.example.com/?token=s3cret",
    "https://a.example/#s3cret",
  ])("refuses what may be a secret without repeating it: %s", (url) => {
    expect(urlProblem(url)).toContain("`token`");
    expect(urlProblem(url)).not.toContain("s3cret");
  });
});

describe("literalUrlProblem", () => {
  it("finds none in a path and a query", () => {
    expect(literalUrlProblem("https://ingest.example.com/hec/5a1f?isParsed=true")).toBeUndefined();
  });

  it.each([
    "https://x:s3cret@ingest.example.com",
    "https://ingest.example.com/?token=s3cret",
    "https://ingest.example.com/?api_key=s3cret",
  ])("refuses a credential without repeating it: %s", (url) => {
    expect(literalUrlProblem(url)).toContain("`token`");
    expect(literalUrlProblem(url)).not.toContain("s3cret");
  });
});
