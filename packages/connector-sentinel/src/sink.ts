import type { Batch, ConnectorContext, HttpReply, SendResult, Sink } from "@arbitex/core";
import { classifyFailure, createTokenCache, httpClient, TokenError, tokenVerdictOf } from "@arbitex/core";
import { ingestUrl } from "./addresses.ts";
import { checkSentinel } from "./check.ts";
import { classifyReply, refusedThroughout } from "./classify.ts";
import type { Cloud } from "./clouds.ts";
import type { TokenCredential } from "./credential/credential.ts";
import { encodeRow } from "./encode.ts";
import { redacted } from "./redact.ts";
import { azureProblem } from "./reply.ts";
import type { GivenCredentialConfig } from "./schema.ts";

export interface SentinelTarget extends Pick<GivenCredentialConfig, "endpoint" | "dcr_immutable_id" | "stream_name"> {
  readonly credential: TokenCredential;
  readonly cloud: Cloud;
  readonly management: string | undefined;
}

/** Opens the sink of a stream. */
export function openSentinelSink(target: SentinelTarget, context: ConnectorContext): Sink {
  const { credential, cloud, management } = target;
  const { endpoint, dcr_immutable_id: dcrImmutableId, stream_name: streamName } = target;
  const { logger, now } = context;
  const ingest = ingestUrl({ endpoint, dcrImmutableId, streamName });
  const http = httpClient({ context });
  const tokens = createTokenCache({
    now,
    acquire: async (signal) => {
      const { token, expiresOnTimestamp } = await tokenOf(credential, cloud.scope, signal);
      return { token, expiresAt: expiresOnTimestamp };
    },
    onRenewalFailed: (error) => {
      logger.warn(
        { reason: tokenVerdictOf(error).reason },
        "the token cannot be renewed, going on with the one that is left",
      );
    },
  });

  /**
   * Sends a batch, and once more with a new token if the token was refused: it may have expired early or been revoked.
   */
  async function exchange(body: Body, signal: AbortSignal): Promise<HttpReply> {
    const reply = await post(body, signal);
    return reply.status === 401 ? post(body, signal) : reply;
  }

  async function post({ contentEncoding, contentType, body }: Body, signal: AbortSignal): Promise<HttpReply> {
    const token = await sendToken(signal);
    const encoding = contentEncoding && { "content-encoding": contentEncoding };
    const headers = { authorization: `Bearer ${token}`, "content-type": contentType, ...encoding };
    const reply = await http.send({ url: ingest, headers, body }, signal);
    if (reply.status === 401) tokens.discard(token);
    return reply.status === 204 ? reply : redacted(reply, [token]);
  }

  /**
   * Judges a refusal with an unknown code, which may be about the address. Only if an empty list is accepted can the
   * events be the cause.
   */
  async function judged(reply: HttpReply, signal: AbortSignal): Promise<SendResult> {
    const verdict = classifyReply(reply, now());
    if (verdict.kind !== "rejected" || azureProblem(reply) === undefined) return verdict;
    const empty = classifyReply(await exchange(EMPTY_LIST, signal), now());
    if (empty.kind === "accepted") return { ...verdict, confirmed: true };
    return empty.kind === "rejected" ? refusedThroughout(empty.reason) : empty;
  }

  async function sendToken(signal: AbortSignal): Promise<string> {
    try {
      return await tokens.get(signal);
    } catch (cause) {
      throw new TokenError(tokenVerdictOf(cause), { cause });
    }
  }

  return {
    encode: encodeRow,
    async send(batch, signal) {
      try {
        return await judged(await exchange(batch, signal), signal);
      } catch (error) {
        return error instanceof TokenError ? error.verdict : classifyFailure(error);
      }
    },
    check: (signal, onStep) =>
      checkSentinel(
        {
          http,
          ingest,
          dcrImmutableId,
          streamName,
          management,
          now,
          sendToken,
          post: (aborted) => exchange(EMPTY_LIST, aborted),
          managementToken: async (aborted) =>
            (await tokenOf(credential, `${cloud.management}/.default`, aborted)).token,
        },
        signal,
        onStep,
      ),
    close: async () => tokens.close(),
  };
}

type Body = Pick<Batch, "body" | "contentType" | "contentEncoding">;

/** Azure handles it like events, but writes nothing. */
const EMPTY_LIST: Body = { body: Buffer.from("[]"), contentType: "application/json" };

async function tokenOf(credential: TokenCredential, scope: string, abortSignal: AbortSignal) {
  const issued = await credential.getToken(scope, { abortSignal });
  if (issued !== null) return issued;
  const fix = "Look at the credential that was passed in code: it gave no token.";
  throw new TokenError({ kind: "suspend", reason: "no token: the credential has none", fix });
}
