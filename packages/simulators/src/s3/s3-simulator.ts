import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import type { Answer, Reply, RequestHead, SimulatedRequest } from "../simulator/behaviour.ts";
import { eventIdOf } from "../simulator/event-id.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";

/** Options of `startS3Simulator`. */
export interface S3SimulatorOptions extends SimulatorOptions {
  readonly bucket?: string;
  readonly accessKeyId?: string;
  /** Answers `NotImplemented` to conditional writes, like some storage products. */
  readonly unconditional?: boolean;
}

/** An object in the bucket. */
export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
}

/** A running simulator of S3. */
export interface S3Simulator extends Simulator<string> {
  /** All objects, in order of arrival. */
  readonly objects: readonly StoredObject[];
}

const MAX_OBJECT_BYTES = 5 * 1024 ** 3;

/**
 * Simulates an S3 bucket with path-style addresses. It stores objects, enforces `If-None-Match` and the hash of the
 * body, and recognises keys by their ids; it does not verify signatures. It reads events from NDJSON, compressed or
 * not, but not from Parquet.
 */
export async function startS3Simulator(options: S3SimulatorOptions = {}): Promise<S3Simulator> {
  const { keep = "all", bucket = "audit", accessKeyId = "AKIASIMULATED0000001" } = options;
  const store = createEventStore<string>(keep);
  const objects = new Map<string, StoredObject>();

  function put({ path, headers, body }: SimulatedRequest): Answer {
    const key = decodeURIComponent(path.slice(`/${bucket}/`.length));
    const isConditional = headers["if-none-match"] !== undefined;
    if (isConditional && options.unconditional) return s3Error(501, "NotImplemented", "A header is not implemented.");
    if (isConditional && objects.has(key)) {
      return s3Error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
    }
    const hash = createHash("sha256").update(body).digest("hex");
    if (headers["x-amz-content-sha256"] !== hash) {
      return s3Error(400, "XAmzContentSHA256Mismatch", "The provided header does not match what was computed.");
    }
    if (!objects.has(key)) for (const line of linesOf(key, body)) store.addAgain(eventIdOf(line), () => line);
    objects.set(key, { key, body: keep === "all" ? Buffer.from(body) : Buffer.alloc(0) });
    return { status: 200, headers: { etag: `"${createHash("md5").update(body).digest("hex")}"` } };
  }

  function refusal({ headers }: RequestHead): Reply | undefined {
    const id = /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(headers.authorization ?? "")?.[1];
    if (id === accessKeyId) return undefined;
    return id === undefined ? s3Error(403, "AccessDenied", "Access Denied") : UNKNOWN_KEY;
  }

  const simulator = await startHttpSimulator(options, {
    type: "s3",
    store,
    maxBodyBytes: MAX_OBJECT_BYTES,
    config: (url) => ({
      bucket,
      region: "us-east-1",
      access_key_id: accessKeyId,
      secret_access_key: "simulatedSecretAccessKey0000000000000001",
      endpoint: url,
      path_style: true,
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => method === "PUT" && path.startsWith(`/${bucket}/`),
    answer(request) {
      const refused = refusal(request);
      if (refused !== undefined) return refused;
      const { method, path } = request;
      if (path !== `/${bucket}/` && !path.startsWith(`/${bucket}/`)) {
        return s3Error(404, "NoSuchBucket", "The specified bucket does not exist");
      }
      if (method === "PUT") return put(request);
      if (method !== "GET") return s3Error(405, "MethodNotAllowed", "The specified method is not allowed.");
      return xml(
        200,
        `<ListBucketResult><Name>${bucket}</Name><KeyCount>${objects.size}</KeyCount></ListBucketResult>`,
      );
    },
    refuseBody({ kind }) {
      return kind === "too-large"
        ? s3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.")
        : s3Error(400, "InvalidRequest", "The body cannot be read.");
    },
    refusal: ({ headers }) => (headers.authorization === undefined ? undefined : UNKNOWN_KEY),
    failure: (status) => FAILURES[status] ?? s3Error(status, "InternalError", "We encountered an internal error."),
  });
  return {
    ...simulator,
    get objects() {
      return [...objects.values()];
    },
    reset() {
      objects.clear();
      simulator.reset();
    },
  };
}

const UNKNOWN_KEY = s3Error(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist.");
const FAILURES: Readonly<Record<number, Reply>> = {
  401: UNKNOWN_KEY,
  403: s3Error(403, "AccessDenied", "Access Denied"),
  404: s3Error(404, "NoSuchBucket", "The specified bucket does not exist"),
  413: s3Error(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."),
  429: s3Error(429, "SlowDown", "Please reduce your request rate."),
  503: s3Error(503, "SlowDown", "Please reduce your request rate."),
};

function s3Error(status: number, code: string, message: string): Reply {
  return xml(status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

function xml(status: number, body: string): Reply {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  return { status, headers: { "content-type": "application/xml" }, body: text };
}

function linesOf(key: string, body: Buffer): readonly string[] {
  if (key.endsWith(".parquet")) return [];
  const text = key.endsWith(".gz") ? gunzipSync(body) : body;
  return text.toString().split("\n").slice(0, -1);
}
