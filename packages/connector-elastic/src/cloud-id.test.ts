import { expect, it } from "vitest";
import { cloudIdUrl } from "./cloud-id.ts";

const encode = (text: string) => Buffer.from(text).toString("base64");

it.each([
  ["deployment", "eu-west-1.aws.found.io$abc123$def456", "https://abc123.eu-west-1.aws.found.io"],
  ["a name: with a colon", "us-central1.gcp.cloud.es.io$abc123$", "https://abc123.us-central1.gcp.cloud.es.io"],
  ["port of the domain", "example.com:9243$abc$def", "https://abc.example.com:9243"],
  ["port of its own", "example.com:9243$abc:9244$def", "https://abc.example.com:9244"],
  ["standard port", "example.com:443$abc$def", "https://abc.example.com"],
  ["no Kibana", "example.com$abc", "https://abc.example.com"],
])("reads the address of a deployment named %s", (name, decoded, url) => {
  expect(cloudIdUrl(`${name}:${encode(decoded)}`)).toBe(url);
});

it.each([
  ["nothing", ""],
  ["a name alone", "deployment"],
  ["something that is not base64", "deployment:%%%%"],
  ["no deployment in it", `deployment:${encode("example.com")}`],
  ["an empty deployment", `deployment:${encode("example.com$$kibana")}`],
  ["an empty domain", `deployment:${encode("$abc$def")}`],
  ["a path in the domain", `deployment:${encode("example.com/x$abc$def")}`],
  ["a user in the deployment", `deployment:${encode("example.com$user@abc$def")}`],
  ["a port that is none", `deployment:${encode("example.com:port$abc$def")}`],
])("refuses %s", (_, cloudId) => {
  expect(cloudIdUrl(cloudId)).toBeUndefined();
});
