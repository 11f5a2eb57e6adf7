import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { forwarderName, importUrl } from "./addresses.ts";
import { googleSecOpsSchema } from "./schema.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const key = { type: "service_account", client_email: "a@b.iam.gserviceaccount.com", private_key: privateKey };
const target = { project_id: "soc-1", region: "eu", instance_id: "01234567-89ab-cdef-0123-456789abcdef" };
const good = { ...target, service_account_key: JSON.stringify(key) };
const federation = {
  type: "external_account",
  audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: "https://sts.googleapis.com/v1/token",
  credential_source: { file: "/var/run/token" },
};

function problemsOf(settings: object): string[] {
  const { error } = googleSecOpsSchema.safeParse(settings);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the configuration", () => {
  it("needs an instance and a credential, and has a default for the log type", () => {
    expect(googleSecOpsSchema.parse(good)).toMatchObject({ ...target, log_type: "ARBITEX_AUDIT" });
    expect(problemsOf(good)).toEqual([]);
    expect(problemsOf({ ...target, workload_identity: JSON.stringify(federation) })).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ["no credential", { ...target }, /no credential is given/],
    ["two credentials", { ...good, workload_identity: JSON.stringify(federation) }, /beside service_account_key/],
    [
      "the path of a key",
      { ...target, service_account_key: "/etc/key.json" },
      /must be the JSON of the key file itself/,
    ],
    [
      "a key of another type",
      { ...target, service_account_key: JSON.stringify(federation) },
      /goes into workload_identity/,
    ],
    ["a key without its private key", { ...target, service_account_key: '{"type":"service_account"}' }, /private_key/],
    [
      "a private key that is none",
      { ...target, service_account_key: JSON.stringify({ ...key, private_key: "s3cret" }) },
      /no RSA key in PEM form/,
    ],
    [
      "federation with AWS",
      {
        ...target,
        workload_identity: JSON.stringify({ ...federation, credential_source: { environment_id: "aws1" } }),
      },
      /credential_source/,
    ],
    ["a name as instance", { ...good, instance_id: "acme" }, /customer ID/],
    ["a log type in small letters", { ...good, log_type: "ocsf" }, /in capitals/],
    ["a region that is a host", { ...good, region: "evil.example/" }, /location/],
    ["an address with a query", { ...good, url: "https://proxy.example/?key=1" }, /before the \?/],
  ])("says what is wrong with %s", (_, settings, problem) => {
    expect(problemsOf(settings)).toEqual([expect.stringMatching(problem)]);
    expect(problemsOf(settings).join(" ")).not.toMatch(/s3cret|BEGIN/);
  });

  it("hides the key, and keeps federation for the operator", () => {
    const { properties } = z.toJSONSchema(googleSecOpsSchema, { io: "input", unrepresentable: "any" });
    expect(properties).toMatchObject({
      service_account_key: { writeOnly: true },
      workload_identity: { operatorOnly: "always" },
    });
    expect(JSON.stringify(googleSecOpsSchema.parse(good))).not.toContain("BEGIN");
  });
});

describe("addresses", () => {
  const config = googleSecOpsSchema.parse(good);

  it("are those of the instance's own region", () => {
    expect(importUrl(config).href).toBe(
      `https://chronicle.eu.rep.googleapis.com/v1/projects/soc-1/locations/eu/instances/${target.instance_id}/logTypes/ARBITEX_AUDIT/logs:import`,
    );
  });

  it("give way to another endpoint", () => {
    expect(importUrl({ ...config, url: "https://us-chronicle.googleapis.com/" }).href).toMatch(
      /^https:\/\/us-chronicle\.googleapis\.com\/v1\/projects\//,
    );
  });

  it("complete the id of a forwarder", () => {
    const whole = `projects/soc-1/locations/eu/instances/${target.instance_id}/forwarders/f1`;
    expect(forwarderName({ ...config, forwarder: "f1" })).toBe(whole);
    expect(forwarderName({ ...config, forwarder: whole })).toBe(whole);
    expect(forwarderName(config)).toBeUndefined();
  });
});
