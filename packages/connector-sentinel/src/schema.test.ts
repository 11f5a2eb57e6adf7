import { describe, expect, it } from "vitest";
import { z } from "zod";
import { givenCredentialSchema, sentinelSchema } from "./schema.ts";

const stream = {
  endpoint: "https://my-dce-a1b2.westeurope-1.ingest.monitor.azure.com",
  dcr_immutable_id: "dcr-00000000000000000000000000005a1b",
  stream_name: "Custom-ArbitexAuditLogs",
};
const app = { tenant_id: "5a1b0000-0000-4000-8000-000000000001", client_id: "5a1b0000-0000-4000-8000-000000000002" };

describe("sentinelSchema", () => {
  it.each([
    { ...app, client_secret: "s3cret" },
    { ...app, client_certificate: "/etc/arbitex/app.pem" },
    { ...app, credential: "workload_identity" },
    { ...app, credential: "managed_identity" },
    { credential: "managed_identity" },
    { ...app, tenant_id: "contoso.onmicrosoft.com", client_secret: "s3cret", cloud: "china" },
  ])("takes %o", (identity) => {
    expect(sentinelSchema.parse({ ...stream, ...identity })).toMatchObject(stream);
  });

  it.each([
    [{ ...app }, ["client_secret"]],
    [{}, ["client_id", "client_secret", "tenant_id"]],
    [{ client_secret: "s3cret" }, ["client_id", "tenant_id"]],
    [{ credential: "workload_identity" }, ["client_id", "tenant_id"]],
    [{ ...app, client_secret: "s3cret", client_certificate: "app.pem" }, ["client_certificate"]],
    [{ ...app, client_secret: "s3cret", credential: "managed_identity" }, ["credential"]],
    [{ ...app, client_secret: "s3cret", endpoint: "my-dce", stream_name: "a b" }, ["endpoint", "stream_name"]],
    [
      { ...app, client_secret: "s3cret", dcr_immutable_id: "/subscriptions/1/…/dataCollectionRules/x" },
      ["dcr_immutable_id"],
    ],
    [{ ...app, client_secret: "", cloud: "moon", tenant: "x" }, ["client_secret", "cloud", "unknown"]],
  ])("reports every problem of %o at once", (settings, expected) => {
    const { error } = sentinelSchema.safeParse({ ...stream, ...settings });
    const paths = error?.issues.map(({ path, code }) => (code === "unrecognized_keys" ? "unknown" : path.join(".")));
    expect(paths?.toSorted()).toEqual(expected);
  });

  it("describes each setting for forms and documents, and marks the secrets", () => {
    const { properties } = z.toJSONSchema(sentinelSchema, { io: "input" });
    const described = Object.entries(properties ?? {}).map(([key, value]) => {
      return typeof value === "object" && value.description ? key : `${key} is not described`;
    });
    expect(described).toEqual(Object.keys(sentinelSchema.shape));
    expect(properties).toMatchObject({ client_secret: { writeOnly: true }, client_certificate: { writeOnly: true } });
  });
});

it("wants no identity where the credential is passed in code", () => {
  expect(givenCredentialSchema.parse(stream)).toEqual({ ...stream, cloud: "public" });
  expect(givenCredentialSchema.safeParse({ ...stream, client_secret: "s3cret" }).success).toBe(false);
});
