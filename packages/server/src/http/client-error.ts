import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { cutOffBody } from "./body-stream.ts";
import type { Problem } from "./problem.ts";
import { problemText } from "./problem.ts";

/**
 * Handles a connection whose request is malformed or incomplete. While a body is being read, its reader is told and the
 * route answers for the events accepted so far. Otherwise the answer is sent here.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return void socket.destroy();
  const isLate = error.code === "ERR_HTTP_REQUEST_TIMEOUT";
  const reason = isLate ? "it took too long to arrive" : "the connection ended, or the bytes are not HTTP";
  if (cutOffBody(socket, reason)) return;
  if (socket.writable) socket.end(rawAnswer(isLate ? late : problemOf(error.code)));
  else socket.destroy();
}

const late: Problem = {
  status: 408,
  code: "request_invalid",
  title: "Request timeout",
  detail: "The request took too long to arrive.",
};

function problemOf(code: string | undefined): Problem {
  if (code === "HPE_HEADER_OVERFLOW") {
    const detail = "The request's headers are too large.";
    return { status: 431, code: "request_invalid", title: "Headers too large", detail };
  }
  return {
    status: 400,
    code: "request_invalid",
    title: "Bad request",
    detail: "The bytes are not a valid HTTP request.",
  };
}

function rawAnswer(problem: Problem): string {
  const body = problemText(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ""}`,
    "Content-Type: application/problem+json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
