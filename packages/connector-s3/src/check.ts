import type { CheckReport, CheckStep, HttpClient, HttpReply, OnStep } from "@arbitex/core";
import { noAnswer, verdictStep } from "@arbitex/core";
import { classifyReply, errorOf, reasonFor } from "./classify.ts";
import type { CredentialSource } from "./credentials.ts";
import { NoCredentials } from "./credentials.ts";
import { addressOf } from "./endpoint.ts";
import type { S3Config } from "./schema.ts";
import type { AwsCredentials } from "./sign.ts";
import { sha256, signed } from "./sign.ts";

export interface BucketCheck {
  readonly config: S3Config;
  readonly http: HttpClient;
  readonly credentials: CredentialSource;
  readonly now: () => number;
}

/**
 * Lists the bucket with zero results: it writes nothing and tests address, key and bucket. A write-only key is refused
 * the list, with an error that shows as much.
 */
export async function checkBucket(check: BucketCheck, signal: AbortSignal, onStep?: OnStep): Promise<CheckReport> {
  const { config, http, credentials, now } = check;
  const steps: CheckStep[] = [];
  const passed = (name: string, detail: string) => {
    const step = { name, status: "passed", detail } as const;
    steps.push(step);
    onStep?.(step);
  };
  let keys: AwsCredentials;
  try {
    keys = await credentials.get(`${config.lake_source}-6003`, signal);
  } catch (error) {
    if (!(error instanceof NoCredentials)) throw error;
    return { steps: [verdictStep("role", error.verdict, "")] };
  }
  if (config.role_arn !== undefined) passed("role", "it can be assumed");
  const url = addressOf(config);
  url.search = "?list-type=2&max-keys=0";
  const request = { method: "GET", url, headers: {}, payloadHash: sha256("") } as const;
  const headers = signed(request, keys, { region: config.region, service: "s3", now: now() });
  let reply: HttpReply;
  try {
    reply = await http.send({ url, method: "GET", headers }, signal);
  } catch (error) {
    const fix = `Check region and endpoint, and let ${url.host} through the firewall.`;
    return { steps: [...steps, noAnswer("connect", error, fix)] };
  }
  passed("connect", `${url.host} answers`);
  return { steps: [...steps, ...bucketSteps(reply, now())] };
}

function bucketSteps(reply: HttpReply, now: number): readonly CheckStep[] {
  const unproven: CheckStep = {
    name: "write",
    status: "skipped",
    detail: "only an object proves that the key may write objects",
  };
  if (reply.status === 200 && reply.text.includes("<ListBucketResult")) {
    return [{ name: "bucket", status: "passed", detail: "the key may list it" }, unproven];
  }
  // With a known key and an existing bucket, only the right to list is missing.
  if (errorOf(reply)?.code === "AccessDenied") {
    return [
      { name: "bucket", status: "skipped", detail: `${reasonFor(reply)} (to list it, which is not needed)` },
      unproven,
    ];
  }
  const step = verdictStep("bucket", classifyReply({ ...reply, headers: {} }, now), "");
  return [step];
}
