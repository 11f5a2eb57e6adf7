import type { IncomingHttpHeaders } from "node:http";
import type { Problem } from "./problem.ts";

/** How a body is parsed. */
export interface BodyFormat {
  readonly format: "json" | "ndjson";
  readonly isGzip: boolean;
}

const FORMATS: Readonly<Record<string, BodyFormat["format"]>> = {
  "application/json": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
};

/**
 * Accepts only types that a browser does not send across sites without a preflight: loopback is open without a token.
 */
export function bodyFormatOf(headers: IncomingHttpHeaders): BodyFormat | Problem {
  const [mediaType = "", ...parameters] = (headers["content-type"] ?? "").split(";").map((part) => part.trim());
  const format = FORMATS[mediaType.toLowerCase()];
  const charset = parameters.map((part) => /^charset="?([^"]*)"?$/i.exec(part)?.[1]).find((name) => name !== undefined);
  if (format === undefined || (charset !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(charset))) {
    const given = headers["content-type"] === undefined ? "There is no content type" : `"${headers["content-type"]}"`;
    return {
      status: 415,
      code: "unsupported_media_type",
      title: "Unsupported content type",
      detail: `${given}; send application/json (an object or an array) or application/x-ndjson (an object on each line), in UTF-8.`,
    };
  }
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return { format, isGzip: false };
  if (encoding === "gzip" || encoding === "x-gzip") return { format, isGzip: true };
  return {
    status: 415,
    code: "unsupported_encoding",
    title: "Unsupported content encoding",
    detail: `"${encoding}"; send the body with gzip or without compression.`,
  };
}
