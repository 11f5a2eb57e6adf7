import { describe, expect, it } from "vitest";
import { hecEndpoints, urlProblem } from "./url.ts";

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
    const { event, ack, health } = hecEndpoints(url);
    expect([event.href, ack.href, health.href]).toEqual([
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
    expect(hecEndpoints(url).event.href).toBe(event);
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
