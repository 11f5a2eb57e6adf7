import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { describe, expect, it } from "vitest";
import { addressOf } from "./endpoint.ts";
import { sha256, signed } from "./sign.ts";

const now = Date.UTC(2013, 4, 24);
const example = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const scope = { region: "us-east-1", service: "s3", now } as const;
const host = "https://examplebucket.s3.amazonaws.com";

function get(path: string, headers: Record<string, string> = {}) {
  const request = { method: "GET", url: new URL(host + path), headers, payloadHash: sha256("") };
  return signed(request, example, scope)["authorization"];
}

/** The examples of AWS's page on authorization headers of S3. */
describe("AWS's own examples", () => {
  it("get the signature that AWS prints for the writing of an object", () => {
    const headers = { date: "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY" };
    const payloadHash = sha256("Welcome to Amazon S3.");
    const request = { method: "PUT", url: new URL(`${host}/test%24file.text`), headers, payloadHash };
    expect(signed(request, example, scope)["authorization"]).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, " +
        "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, " +
        "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    );
  });

  it("get it for the reading of one, and for a list with a query", () => {
    expect(get("/test.txt", { range: "bytes=0-9" })).toMatch(
      /f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/,
    );
    expect(get("/?max-keys=2&prefix=J")).toMatch(/34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7$/);
  });
});

it.each(["plain/name.ndjson", "with space/ü/(a)!'*.gz", "eventDay=20261130/a+b~c_d-e"])(
  "agrees with the SDK's signer about %s, with a session token",
  async (key) => {
    const credentials = { ...example, sessionToken: "a/session+token==" };
    const url = addressOf({ bucket: "audit", region: "eu-central-1", path_style: false }, key);
    const payloadHash = sha256("body");
    const headers = { "content-type": "application/gzip", "if-none-match": "*" };
    const ours = signed({ method: "PUT", url, headers, payloadHash }, credentials, {
      ...scope,
      region: "eu-central-1",
    });
    const signer = new SignatureV4({
      credentials,
      region: "eu-central-1",
      service: "s3",
      sha256: Sha256,
      uriEscapePath: false,
    });
    const request = {
      method: "PUT",
      protocol: "https:",
      hostname: url.hostname,
      path: url.pathname,
      headers: { ...headers, host: url.host, "x-amz-content-sha256": payloadHash },
      body: "body",
    };
    const theirs = await signer.sign(request, { signingDate: new Date(now) });
    expect(ours["authorization"]).toBe(theirs.headers["authorization"]);
  },
);
