export type { AuthorizationSettings } from "./connector/authorization-settings.ts";
export {
  authorizationHeaders,
  authorizationProblems,
  authorizationSettings,
} from "./connector/authorization-settings.ts";
export type { Batch } from "./connector/batch.ts";
export type { CheckReport, CheckStep, OnStep } from "./connector/check-report.ts";
export { checkPassed } from "./connector/check-report.ts";
export type {
  AnyConnector,
  Compression,
  Connector,
  ConnectorContext,
  DeliveryDefaults,
  Guarantee,
  Limits,
  OldEvents,
  Sink,
} from "./connector/connector.ts";
export { defineConnector } from "./connector/connector.ts";
export type { TimeForm } from "./connector/timed-bytes.ts";
export { createTimedBytes } from "./connector/timed-bytes.ts";
export type { Encoded, EncodedPart, EventJson } from "./connector/encoded.ts";
export { encodedBytes, encodedText } from "./connector/encoded.ts";
export type { Framing } from "./connector/framing.ts";
export { concatenatedJson, jsonArray, ndjson } from "./connector/framing.ts";
export type { OperatorOnly } from "./connector/operator-only.ts";
export { isPem } from "./connector/pem.ts";
export { Secret, secret } from "./connector/secret.ts";
export type { EventFailure, SendResult, Verdict } from "./connector/send-result.ts";
export type { TlsSettings } from "./connector/tls-settings.ts";
export { tlsSettings } from "./connector/tls-settings.ts";
export type { FutureLimit } from "./connector/future-events.ts";
export { refuseFutureEvents } from "./connector/future-events.ts";
export type { FieldLimit } from "./connector/wide-events.ts";
export { refuseWideEvents } from "./connector/wide-events.ts";
export type { EventRecord } from "./connector/event-record.ts";
export type { EventBytes, OcsfEvent } from "./event/accepted-event.ts";
export type { ScannedEvent } from "./event/scan/scanned-event.ts";
export { scannedEvent } from "./event/scan/scanned-event.ts";
export { sharedBytes } from "./event/shared-bytes.ts";
export type { ErrorCode } from "./errors.ts";
export { errorCodes, SiemError } from "./errors.ts";
export type { ExclusiveFolder } from "./files/exclusive-folder.ts";
export { lockFolder } from "./files/exclusive-folder.ts";
export type { Logger } from "./telemetry/logger.ts";
export { silentLogger } from "./telemetry/logger.ts";
export { classifyFailure, describeFailure, tlsFixOf } from "./transport/classify-failure.ts";
export { classifyOwn } from "./transport/classify-own.ts";
export { classifyStatus } from "./transport/classify-status.ts";
export { classifyStranger } from "./transport/classify-stranger.ts";
export type { Egress, PlainTarget, TlsTarget } from "./connector/egress.ts";
export type { HttpClient, HttpClientOptions, HttpRequest } from "./transport/http-client.ts";
export { httpClient } from "./transport/http-client.ts";
export type { HttpReply } from "./connector/http-reply.ts";
export { excerptOf, jsonOf, reasonOf } from "./connector/http-reply.ts";
export type { HttpSinkOptions } from "./transport/http-sink.ts";
export { httpSink } from "./transport/http-sink.ts";
export type { AccessToken, TokenCache, TokenCacheOptions } from "./transport/oauth.ts";
export { createTokenCache } from "./transport/oauth.ts";
export type { TokenVerdict } from "./transport/token-error.ts";
export { TokenError, tokenVerdictOf } from "./transport/token-error.ts";
export { noAnswer } from "./transport/no-answer.ts";
export { MAX_RETRY_AFTER_MS, retryAfterMs, retryAfterOf } from "./transport/retry-after.ts";
export type { TcpTarget } from "./transport/tcp-target.ts";
export type { TcpSinkOptions, TcpTiming } from "./transport/tcp-sink.ts";
export { tcpSink } from "./transport/tcp-sink.ts";
export type { UnconfirmedBounds } from "./transport/unconfirmed.ts";
export { isWebPage, unintelligible } from "./transport/unintelligible.ts";
export { verdictStep } from "./transport/verdict-step.ts";
