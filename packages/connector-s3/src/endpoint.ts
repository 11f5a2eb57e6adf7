import type { S3Config } from "./schema.ts";
import { encoded } from "./sign.ts";

type Where = Pick<S3Config, "bucket" | "region" | "endpoint" | "path_style">;

/** Returns the address of an object, or of the bucket without a key. */
export function addressOf({ bucket, region, endpoint, path_style }: Where, key = ""): URL {
  const base = new URL(endpoint ?? `https://s3.${region}.${domainOf(region)}`);
  // A certificate for *.s3.… does not cover a name with dots.
  const isInPath = path_style || bucket.includes(".");
  if (!isInPath) base.hostname = `${bucket}.${base.hostname}`;
  const path = [...(isInPath ? [bucket] : []), ...key.split("/")].map(encoded).join("/");
  return new URL(`${base.pathname.replace(/\/$/, "")}/${path}`, base);
}

export function tokenServiceOf({ region, sts_endpoint }: Pick<S3Config, "region" | "sts_endpoint">): URL {
  return new URL(sts_endpoint ?? `https://sts.${region}.${domainOf(region)}`);
}

function domainOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
