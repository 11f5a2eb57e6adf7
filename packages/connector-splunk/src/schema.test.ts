import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { PresetName } from "./presets.ts";
import { presetNames, presets } from "./presets.ts";
import { splunkHecSchema, splunkHecSettings } from "./schema.ts";

const url = "https://splunk.example.com:8088";

describe("splunkHecSchema", () => {
  it("fills in what the platform documents as defaults", () => {
    const { token, ...rest } = splunkHecSchema.parse({ url, token: "t0ken" });
    expect(token.reveal()).toBe("t0ken");
    expect(rest).toEqual({
      preset: "splunk",
      auth_scheme: "splunk",
      path: "hec",
      shape: "event",
      success: "hec",
      url,
      index: "arbitex",
      source: "arbitex:audit",
      sourcetype: "arbitex:ocsf",
      ack: false,
      tls_verify: true,
    });
  });

  it("reports every problem at once", () => {
    const { error } = splunkHecSchema.safeParse({ url: "splunk:8088", token: "", ack: "yes", indx: "main" });
    const paths = error?.issues.map(({ path, code }) => (code === "unrecognized_keys" ? "unknown" : path.join(".")));
    expect(paths?.toSorted()).toEqual(["ack", "token", "unknown", "url"]);
  });

  it.each(["Splunk 0a1b", "0a1b\n0a1b", "t\u00f6ken"])("refuses a token that no header can carry: %j", (token) => {
    const { error } = splunkHecSchema.safeParse({ url, token });
    expect(error?.issues).toMatchObject([{ path: ["token"], message: expect.stringContaining("the token alone") }]);
  });

  it("describes each setting for forms and documents, and marks the secrets", () => {
    const { properties } = z.toJSONSchema(splunkHecSchema, { io: "input" });
    const described = Object.entries(properties ?? {}).map(([key, value]) => {
      return typeof value === "object" && value.description ? key : `${key} is not described`;
    });
    expect(described).toEqual(Object.keys(splunkHecSettings.shape));
    expect(properties).toMatchObject({ token: { writeOnly: true }, tls_key: { writeOnly: true } });
  });

  it.each(presetNames)("fills in the settings of preset %s", (preset) => {
    expect(splunkHecSchema.parse({ preset, url, token: "t0ken" })).toMatchObject(presets[preset].settings);
  });

  it("lets a single setting override a preset", () => {
    const given = {
      auth_scheme: "splunk",
      path: "hec",
      shape: "event",
      success: "hec",
      index: "audit",
      sourcetype: "s",
    };
    expect(splunkHecSchema.parse({ preset: "crowdstrike", url, token: "t0ken", ...given })).toMatchObject(given);
  });

  it.each([null, "null"])("leaves the index out for %j, which is how a variable says it", (index) => {
    expect(splunkHecSchema.parse({ url, token: "t0ken", index, sourcetype: index })).toMatchObject({
      index: null,
      sourcetype: null,
    });
  });

  it.each<[PresetName, object, string, RegExp]>([
    ["crowdstrike", { ack: true }, "ack", /CrowdStrike .* acknowledges nothing/],
    ["splunk", { ack: true, path: "literal" }, "ack", /leave out path: literal/],
    ["splunk", { url: `${url}/?isParsed=true` }, "url", /before the \?/],
    ["crowdstrike", { url: `${url}/?token=s3cret` }, "url", /`token`/],
  ])("refuses what cannot work with preset %s: %j", (preset, given, path, message) => {
    const { error } = splunkHecSchema.safeParse({ preset, url, token: "t0ken", ...given });
    expect(error?.issues).toMatchObject([{ path: [path], message: expect.stringMatching(message) }]);
    expect(JSON.stringify(error?.issues)).not.toContain("s3cret");
  });
});
