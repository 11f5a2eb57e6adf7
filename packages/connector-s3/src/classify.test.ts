import { describe, expect, it } from "vitest";
import { classifyReply, classifyTokenReply } from "./classify.ts";

const replyOf = (status: number, text = "", headers: Record<string, string> = {}) => ({ status, text, headers });
const error = (status: number, code: string) =>
  replyOf(status, `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>Because.</Message></Error>`);
const verdictOf = (reply: ReturnType<typeof replyOf>) => classifyReply(reply, 0);

describe("an answer of S3", () => {
  it("is success with an ETag and nothing else, and where the object is there already", () => {
    expect(verdictOf(replyOf(200, "", { etag: '"x"' }))).toEqual({ kind: "accepted" });
    expect(verdictOf(error(412, "PreconditionFailed"))).toEqual({ kind: "accepted" });
  });

  it.each([
    [409, "ConditionalRequestConflict"],
    [503, "SlowDown"],
    [500, "InternalError"],
    [400, "RequestTimeout"],
  ])("is tried again after %i %s", (status, code) => {
    expect(verdictOf(error(status, code))).toMatchObject({ kind: "retry", reason: `HTTP ${status} ${code}: Because.` });
  });

  it.each([
    [403, "AccessDenied", "s3:PutObject"],
    [403, "InvalidAccessKeyId", "access_key_id"],
    [403, "SignatureDoesNotMatch", "secret_access_key"],
    [400, "ExpiredToken", "session token"],
    [404, "NoSuchBucket", "Create the bucket"],
    [301, "PermanentRedirect", "region"],
    [400, "AuthorizationHeaderMalformed", "region"],
    [403, "RequestTimeTooSkewed", "clock"],
    [501, "NotImplemented", "conditional"],
    [400, "InvalidArgument", "S3"],
  ])("suspends after %i %s, and says what to do", (status, code, fix) => {
    expect(verdictOf(error(status, code))).toMatchObject({ kind: "suspend", fix: expect.stringContaining(fix) });
  });
});

describe("an answer of something else", () => {
  it.each([
    replyOf(200, "<html>Sign in</html>"),
    replyOf(200, "{}"),
    replyOf(200),
    replyOf(412, "<html>no</html>"),
    replyOf(412),
    replyOf(403, "<html>blocked</html>"),
    replyOf(204),
  ])("is never success: %j", (reply) => {
    expect(verdictOf(reply).kind).not.toBe("accepted");
  });
});

it("a token service that refuses suspends, with what to look at", () => {
  const refused = replyOf(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>");
  expect(classifyTokenReply(refused, 0)).toMatchObject({
    kind: "suspend",
    fix: expect.stringContaining("external_id"),
  });
  expect(classifyTokenReply(error(503, "ServiceUnavailable"), 0)).toMatchObject({ kind: "retry" });
});
