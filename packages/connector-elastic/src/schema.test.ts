import { Secret } from "@arbitex/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { configSchema } from "./schema.ts";

const url = "https://es.example.com:9200";
const api_key = "aWQ6a2V5";

describe("the configuration", () => {
  it("needs a cluster and a credential, and has defaults for the rest", () => {
    expect(configSchema.parse({ url, api_key })).toEqual({
      dialect: "elasticsearch",
      url,
      api_key: expect.any(Secret),
      index: "arbitex-ocsf",
      target: "data_stream",
      auth: "credential",
      tls_verify: true,
    });
  });

  it("takes a user name and password instead of an API key, and both", () => {
    expect(problemsOf({ url, username: "elastic", password: "changeme" })).toEqual([]);
    expect(problemsOf({ url, api_key, username: "elastic" })).toEqual([]);
  });

  it("needs no credential where a cluster without security is named as such", () => {
    expect(problemsOf({ url, auth: "none" })).toEqual([]);
    expect(problemsOf({ url, auth: "none", api_key })).toEqual([
      "auth: none sends no credential: leave out api_key, or auth",
    ]);
    expect(problemsOf({ url, auth: "none", username: "elastic" })).toEqual([
      "auth: none sends no credential: leave out username, or auth",
    ]);
  });

  it("reports all problems at once, each with its place", () => {
    expect(problemsOf({ index: "UPPER", target: "stream", colour: "red" })).toEqual([
      'index: must be in lower case: "upper"',
      expect.stringMatching(/^target: Invalid option/),
      expect.stringMatching(/Unrecognized key: "colour"/),
      "url: no cluster is named: give url, or cloud_id for Elastic Cloud",
      "api_key: no credential is given: give api_key, or username and password; or auth: none for a cluster without security",
    ]);
  });

  it.each([
    [{ url, username: "elastic" }, "password: username needs its password; or give api_key"],
    [{ url, password: "changeme" }, "username: password needs its username; or give api_key"],
    [
      { url, username: "a:b", password: "x" },
      "username: must not contain a colon: basic authentication cannot carry it",
    ],
    [{ url, api_key: "two words" }, "api_key: must be one word without spaces or line breaks"],
    [{ url, api_key: "a2V5\n" }, "api_key: must be one word without spaces or line breaks"],
    [{ url: "my-cluster:9200", api_key }, "url: must be an http or https URL, such as https://my-cluster:9200"],
    [{ url: "ftp://my-cluster", api_key }, "url: must be an http or https URL, such as https://my-cluster:9200"],
    [
      { url: "https://elastic:changeme@es.example.com", api_key },
      "url: must not hold a credential: give username and password, or api_key",
    ],
    [{ url: `${url}/?pretty`, api_key }, "url: must end with its path: no query and no fragment"],
    [{ url: `${url}/arbitex/_bulk`, api_key }, "url: must be the cluster's base URL: leave out /_bulk and the index"],
    [
      { cloud_id: "deployment", api_key },
      "cloud_id: is not a Cloud ID: copy it from the deployment's page in the Elastic Cloud console (name:base64)",
    ],
    [
      { dialect: "victorialogs", url, auth: "none", pipeline: "geoip" },
      "pipeline: VictoriaLogs knows none: leave it out",
    ],
    [
      { dialect: "victorialogs", url, api_key },
      "api_key: VictoriaLogs knows none: leave it out, and give username and password of the proxy before it, or auth: none",
    ],
    [{ url, api_key, index: "-audit" }, 'index: must not start with "-"'],
    [{ url, api_key, index: "_audit" }, 'index: must not start with "_"'],
    [{ url, api_key, index: "audit log" }, 'index: must not contain " "'],
    [{ url, api_key, index: "audit/log" }, 'index: must not contain "/"'],
    [{ url, api_key, index: "<audit-{now/d}>" }, 'index: must not contain "/"'],
    [{ url, api_key, index: ".." }, 'index: ".." is not a name for an index'],
    [{ url, api_key, index: "ä".repeat(128) }, "index: must not be longer than 255 bytes"],
  ])("says what is wrong with %j", (settings, problem) => {
    expect(problemsOf(settings)).toEqual([problem]);
  });

  it("never shows a secret, and marks it for forms and documents", () => {
    const config = configSchema.parse({ url, api_key: "aWQ6c2VjcmV0", password: "changeme" });
    expect(JSON.stringify(config)).not.toMatch(/aWQ6c2VjcmV0|changeme/);
    const { properties } = z.toJSONSchema(configSchema, { io: "input" });
    expect(properties).toMatchObject({ api_key: { secret: true, writeOnly: true }, password: { secret: true } });
  });

  it("describes every setting", () => {
    const { properties = {} } = z.toJSONSchema(configSchema, { io: "input" });
    const undescribed = Object.entries(properties).filter(
      ([, property]) => !JSON.stringify(property).includes("description"),
    );
    expect(undescribed).toEqual([]);
  });
});

function problemsOf(settings: object): string[] {
  const { error } = configSchema.safeParse(settings);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}
