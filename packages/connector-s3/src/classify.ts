import type { HttpReply, SendResult } from "@arbitex/core";
import { classifyOwn, classifyStranger, classifyStatus, reasonOf } from "@arbitex/core";

const NOT_S3 = "It is not S3 that answers: check endpoint, path_style, and the proxies on the way.";
const REGION = "Set region to the one of the bucket, and endpoint to its address if it is set.";
const CREDENTIAL = "Check access_key_id and secret_access_key: they are wrong, or the key was deleted or switched off.";
const EXPIRED = "The session token has expired: give a new one, or a role to assume (role_arn).";

/** Fixes by S3's error code. */
const FIXES: Readonly<Record<string, string>> = {
  AccessDenied:
    "Allow the key, or the role, s3:PutObject on the bucket; see the bucket's policy and its encryption key's.",
  AccountProblem: "See to the AWS account: it cannot be used as it is.",
  AllAccessDisabled: "See to the bucket: all access to it is switched off.",
  AuthorizationHeaderMalformed: REGION,
  ExpiredToken: EXPIRED,
  IllegalLocationConstraintException: REGION,
  InvalidAccessKeyId: CREDENTIAL,
  InvalidToken: EXPIRED,
  NoSuchBucket: "Create the bucket, or correct its name, region and endpoint.",
  NotImplemented: "Set conditional to false: this storage does not know conditional writes.",
  PermanentRedirect: REGION,
  RequestTimeTooSkewed: "Set this machine's clock: it differs from S3's by more than 15 minutes.",
  SignatureDoesNotMatch: CREDENTIAL,
  TemporaryRedirect: REGION,
};

/** Temporary errors whose status alone does not show it. */
const TRANSIENT = new Set(["ConditionalRequestConflict", "OperationAborted", "RequestTimeout", "SlowDown"]);

/** Returns the verdict on writing an object. */
export function classifyReply(reply: HttpReply, now: number): SendResult {
  const error = errorOf(reply);
  if (error === undefined) {
    // S3 answers a stored object with these only.
    if (reply.status === 200 && reply.headers["etag"] !== undefined && reply.text.trim() === "")
      return { kind: "accepted" };
    return classifyStranger(reply, now, NOT_S3);
  }
  const { code } = error;
  // The name follows from the bytes: the existing object is this batch, whose first answer was lost.
  if (code === "PreconditionFailed" && reply.status === 412) return { kind: "accepted" };
  if (code === "EntityTooLarge") return { kind: "too-large", reason: error.reason };
  if (TRANSIENT.has(code)) return classifyOwn({ ...reply, status: 503 }, error.reason, now);
  const fix = FIXES[code];
  if (fix !== undefined) return { kind: "suspend", reason: error.reason, fix };
  const verdict = classifyOwn(reply, error.reason, now);
  // S3 does not read objects, so that no event can be the reason of a refusal.
  return verdict.kind === "rejected" ? { kind: "suspend", reason: error.reason, fix: NOT_S3 } : verdict;
}

export interface S3Error {
  readonly code: string;
  readonly reason: string;
}

/** Parses an error of S3 or the token service; undefined for any other answer. */
export function errorOf({ status, text }: HttpReply): S3Error | undefined {
  const [, code, message] = /<Error>[^]*?<Code>(\w+)<\/Code>(?:[^]*?<Message>([^<]{0,300}))?/.exec(text) ?? [];
  if (code === undefined) return undefined;
  return { code, reason: `HTTP ${status} ${code}${message === undefined ? "" : `: ${message}`}` };
}

/** Returns the verdict on a token service's reply without a token. */
export function classifyTokenReply(reply: HttpReply, now: number): SendResult {
  const error = errorOf(reply);
  if (error === undefined)
    return classifyStranger(reply, now, "It is not AWS's token service that answers: check sts_endpoint.");
  const verdict = classifyStatus(reply, now);
  if (verdict.kind === "retry") return { kind: "retry", reason: error.reason };
  const fix = FIXES[error.code] === undefined || error.code === "AccessDenied" ? TRUST : FIXES[error.code];
  return { kind: "suspend", reason: error.reason, ...(fix !== undefined && { fix }) };
}

const TRUST = "Check role_arn and external_id, and that the role's trust policy names this key's user.";

export function reasonFor(reply: HttpReply): string {
  return errorOf(reply)?.reason ?? reasonOf(reply);
}
