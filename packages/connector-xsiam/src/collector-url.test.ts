import { describe, expect, it } from "vitest";
import { collectorUrl, urlProblem } from "./collector-url.ts";

describe("collectorUrl", () => {
  it.each([
    "https://api-acme.xdr.eu.paloaltonetworks.com",
    "https://api-acme.xdr.eu.paloaltonetworks.com/",
    "https://api-acme.xdr.eu.paloaltonetworks.com/logs/v1/event",
    "https://api-acme.xdr.eu.paloaltonetworks.com/logs/v1/event/",
  ])("understands %s", (url) => {
    expect(urlProblem(url)).toBeUndefined();
    expect(collectorUrl(url).href).toBe("https://api-acme.xdr.eu.paloaltonetworks.com/logs/v1/event");
  });

  it("keeps scheme, port and the prefix of a reverse proxy", () => {
    expect(collectorUrl("http://localhost:8088/logs/v1/event").href).toBe("http://localhost:8088/logs/v1/event");
    expect(collectorUrl("https://proxy.example.com/xsiam").href).toBe("https://proxy.example.com/xsiam/logs/v1/event");
  });
});

describe("urlProblem", () => {
  it.each([
    ["", "must begin with https://"],
    ["api-acme.xdr.eu.paloaltonetworks.com", "must begin with https://"],
    ["https://x:s3cret@api-acme.xdr.eu.paloaltonetworks.com", "`api_key`"],
    ["https://api-acme.xdr.eu.paloaltonetworks.com/logs/v1/event?key=s3cret", "`api_key`"],
    ["https://api-acme.xdr.eu.paloaltonetworks.com/logs/v1/bulk_load", "another interface"],
    ["https://api-acme.xdr.eu.paloaltonetworks.com/logs/v1/xsiam", "another interface"],
    ["https://api-acme.xdr.eu.paloaltonetworks.com/public_api/v1/alerts", "another interface"],
    ["https://acme.xdr.eu.paloaltonetworks.com", "begins with api-"],
  ])("says what is wrong with %s", (url, said) => {
    expect(urlProblem(url)).toContain(said);
    expect(urlProblem(url)).not.toContain("s3cret");
  });
});
