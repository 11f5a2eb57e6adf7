import { describe, expect, it } from "vitest";
import { z } from "zod";
import { splunkHecSchema } from "./schema.ts";

const url = "https://splunk.example.com:8088";

describe("splunkHecSchema", () => {
  it("fills in what the platform documents as defaults", () => {
    const { token, ...rest } = splunkHecSchema.parse({ url, token: "t0ken" });
    expect(token.reveal()).toBe("t0ken");
    expect(rest).toEqual({
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
    expect(described).toEqual(Object.keys(splunkHecSchema.shape));
    expect(properties).toMatchObject({ token: { writeOnly: true }, tls_key: { writeOnly: true } });
  });
});
