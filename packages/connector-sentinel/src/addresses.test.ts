import { describe, expect, it } from "vitest";
import { addressProblem, baseOf, ingestUrl, isMicrosoft, tokenUrl } from "./addresses.ts";

const dce = "https://my-dce-a1b2.westeurope-1.ingest.monitor.azure.com";
const dcrImmutableId = "dcr-00000000000000000000000000005a1b";

describe("ingestUrl", () => {
  it.each([
    dce,
    `${dce}/`,
    ` ${dce} `,
    `${dce}/dataCollectionRules/dcr-1/streams/Custom-X?api-version=2023-01-01`,
    `${dce}/datacollectionrules`,
  ])("understands %j", (endpoint) => {
    expect(ingestUrl({ endpoint, dcrImmutableId, streamName: "Custom-ArbitexAuditLogs" }).href).toBe(
      `${dce}/dataCollectionRules/${dcrImmutableId}/streams/Custom-ArbitexAuditLogs?api-version=2023-01-01`,
    );
  });

  it("keeps port and prefix of a reverse proxy, and escapes names", () => {
    const endpoint = "https://proxy.example.com:8443/azure/";
    expect(ingestUrl({ endpoint, dcrImmutableId: "dcr/1", streamName: "a b" }).href).toBe(
      "https://proxy.example.com:8443/azure/dataCollectionRules/dcr%2F1/streams/a%20b?api-version=2023-01-01",
    );
  });
});

it("asks a tenant's own address for tokens", () => {
  const url = "https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token";
  expect(tokenUrl("https://login.microsoftonline.com/", "contoso.com")).toBe(url);
  expect(baseOf("https://management.azure.com/")).toBe("https://management.azure.com");
});

describe("addressProblem", () => {
  it.each([dce, "http://127.0.0.1:8080", "https://proxy.example.com/azure"])("finds none in %s", (url) => {
    expect(addressProblem(url, dce)).toBeUndefined();
  });

  it.each(["", "my-dce.westeurope-1.ingest.monitor.azure.com", "ftp://example.com", "https://"])(
    "says how an address must begin: %j",
    (url) => {
      expect(addressProblem(url, dce)).toBe(`must begin with https:// and name a host, such as ${dce}`);
    },
  );

  it("refuses what would show tokens to the network, and what may be a secret without repeating it", () => {
    expect(addressProblem(dce.replace("https", "http"), dce)).toBe("must begin with https://, not http://");
    expect(addressProblem("https://user:s3cret@example.com", dce)).not.toContain("s3cret");
  });
});

it.each([
  ["my-dce-a1b2.westeurope-1.ingest.monitor.azure.com", true],
  ["x.usgovvirginia-1.ingest.monitor.azure.us", true],
  ["login.microsoftonline.com", true],
  ["management.chinacloudapi.cn", true],
  ["ingest.monitor.azure.com.example.com", false],
  ["evil-login.microsoftonline.com", false],
])("knows whether %s is Microsoft's: %s", (hostname, expected) => {
  expect(isMicrosoft(hostname)).toBe(expected);
});
