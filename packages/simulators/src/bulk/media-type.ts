import type { Reply, RequestHead } from "../simulator/behaviour.ts";
import type { Product } from "./product.ts";
import { productReply, requestError } from "./product.ts";

const PLAIN = /^application\/(?:json|x-ndjson)\s*(?:;|$)/i;
const VERSIONED = /^application\/vnd\.elasticsearch\+(?:json|x-ndjson)\s*;\s*compatible-with=(\d+)/i;

export type MediaType =
  | { readonly kind: "taken" /** Undefined for the product's usual one. */; readonly contentType: string | undefined }
  | { readonly kind: "refused"; readonly reply: Reply };

/** Whether the product supports a request's media types. `hasBody` requires a content type. */
export function judgeMediaType({ headers }: RequestHead, product: Product, hasBody: boolean): MediaType {
  const contentType = headers["content-type"] ?? "";
  const accept = headers.accept ?? "";
  const [sent, wanted] = [VERSIONED.exec(contentType)?.[1], VERSIONED.exec(accept)?.[1]];
  const isKnown = PLAIN.test(contentType) || (sent !== undefined && product.name === "elasticsearch");
  if (hasBody && !isKnown) {
    const error = `Content-Type header [${contentType}] is not supported`;
    return { kind: "refused", reply: productReply(product, 406, { error, status: 406 }) };
  }
  if (product.name === "opensearch") return { kind: "taken", contentType: undefined };
  const version = wanted ?? sent;
  if (version === undefined) return { kind: "taken", contentType: undefined };
  const reason = hasBody && sent !== wanted ? oneSided(contentType, accept) : tooNew(accept, version, product);
  if (reason !== undefined) return { kind: "refused", reply: headerError(product, reason) };
  return { kind: "taken", contentType: `application/vnd.elasticsearch+json;compatible-with=${version}` };
}

function oneSided(contentType: string, accept: string): string {
  const rule = "A compatible version is required on both Content-Type and Accept headers if either one has requested";
  return `${rule} a compatible version. Accept=${accept}, Content-Type=${contentType}`;
}

/** A node supports its own major version and the one before. */
function tooNew(accept: string, version: string, product: Product): string | undefined {
  const major = Number(product.version.split(".")[0]);
  if (Number(version) === major || Number(version) === major - 1) return undefined;
  return `Accept version must be either version ${major} or ${major - 1}, but found ${version}. Accept=${accept}`;
}

function headerError(product: Product, reason: string): Reply {
  return requestError(product, 400, {
    type: "media_type_header_exception",
    reason: "Invalid media-type value on headers [Content-Type, Accept]",
    caused_by: { type: "status_exception", reason },
  });
}
