import { describe, expect, it } from "vitest";
import { datadogEndpoints, datadogSites, siteProblem, urlProblem } from "./endpoints.ts";

function addressesOf(site: string, url?: string): readonly string[] {
  const { intake, validate } = datadogEndpoints(site, url);
  return [intake.href, validate.href];
}

describe("datadogEndpoints", () => {
  it.each(datadogSites)("has intake and key check on two hosts of %s", (site) => {
    expect(siteProblem(site)).toBeUndefined();
    expect(addressesOf(site)).toEqual([
      `https://http-intake.logs.${site}/api/v2/logs`,
      `https://api.${site}/api/v1/validate`,
    ]);
  });

  it.each([
    "http://127.0.0.1:8080",
    "http://127.0.0.1:8080/",
    "http://127.0.0.1:8080/api/v2/logs",
    "http://127.0.0.1:8080/api/v2/logs/",
  ])("lets a proxy answer for both: %s", (url) => {
    expect(addressesOf("datadoghq.eu", url)).toEqual([
      "http://127.0.0.1:8080/api/v2/logs",
      "http://127.0.0.1:8080/api/v1/validate",
    ]);
  });

  it("keeps the prefix of a reverse proxy", () => {
    expect(addressesOf("datadoghq.com", "https://proxy.example.com/dd/api/v2/logs")).toEqual([
      "https://proxy.example.com/dd/api/v2/logs",
      "https://proxy.example.com/dd/api/v1/validate",
    ]);
  });

  it("finds the other host where the URL is an intake itself", () => {
    expect(addressesOf("datadoghq.com", "https://http-intake.logs.us5.datadoghq.com/api/v2/logs")).toEqual([
      "https://http-intake.logs.us5.datadoghq.com/api/v2/logs",
      "https://api.us5.datadoghq.com/api/v1/validate",
    ]);
  });
});

describe("siteProblem", () => {
  it.each(["ap3.datadoghq.com", "us3.ddog-gov.com"])("has none with a site that may yet be opened: %s", (site) => {
    expect(siteProblem(site)).toBeUndefined();
  });

  it.each([
    "",
    "US1",
    "https://datadoghq.com",
    "app.datadoghq.com",
    "api.datadoghq.com",
    "datadog.com",
    "datadoghq.com.example.com",
    "example.com/datadoghq.com",
    "us3.datadoghq.com:443",
    "DATADOGHQ.COM",
  ])("keeps the key from going elsewhere: %s", (site) => {
    expect(siteProblem(site)).toContain("datadoghq.eu");
  });
});

describe("urlProblem", () => {
  it.each(["https://proxy.example.com", "http://localhost:8080/dd"])("finds none in %s", (url) => {
    expect(urlProblem(url)).toBeUndefined();
  });

  it.each(["", "datadoghq.com", "ftp://datadoghq.com", "https://"])("says how a URL must begin: %j", (url) => {
    expect(urlProblem(url)).toContain("must begin with https://");
  });

  it.each(["https://x:s3cret@example.com", "https://example.com/?dd-api-key=s3cret", "https://example.com/#s3cret"])(
    "refuses what may be a secret without repeating it: %s",
    (url) => {
      expect(urlProblem(url)).toContain("`api_key`");
      expect(urlProblem(url)).not.toContain("s3cret");
    },
  );
});
