import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "@arbitex/core";
import type { Problem } from "./problem.ts";

/** Why a request may not pass; undefined when it may. */
export type Authorize = (authorization: string | undefined) => Problem | undefined;

/** Compares digests, so that the time taken says nothing about the token, its length included. */
export function createAuthorize(token: Secret | undefined): Authorize {
  if (token === undefined) return () => undefined;
  const wanted = digest(token.reveal());
  return (authorization) => {
    const given = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    if (given === undefined) return refused("Send the header: Authorization: Bearer <SIEM_INGEST_TOKEN>.");
    return timingSafeEqual(digest(given), wanted) ? undefined : refused("The bearer token is not the right one.");
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function refused(detail: string): Problem {
  return { status: 401, code: "unauthorized", title: "Unauthorized", detail };
}
