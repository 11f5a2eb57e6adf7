import type { Reply } from "../simulator/behaviour.ts";

/** The product that is simulated. */
export interface Product {
  readonly name: "elasticsearch" | "opensearch";
  readonly version: string;
  /** `serverless` on Elastic's serverless projects. */
  readonly buildFlavor: "default" | "serverless";
}

/** Names of errors that differ between the products. */
export interface ErrorTypes {
  readonly badDocument: string;
  readonly overload: string;
}

export function errorTypes({ name }: Product): ErrorTypes {
  return name === "opensearch"
    ? { badDocument: "mapper_parsing_exception", overload: "rejected_execution_exception" }
    : { badDocument: "document_parsing_exception", overload: "es_rejected_execution_exception" };
}

function productHeaders(product: Product): Readonly<Record<string, string>> {
  return product.name === "opensearch"
    ? { "X-OpenSearch-Version": `OpenSearch/${product.version} (opensearch)` }
    : { "X-elastic-product": "Elasticsearch" };
}

export function productReply(product: Product, status: number, value: unknown, contentType?: string): Reply {
  const usual = product.name === "opensearch" ? "application/json; charset=UTF-8" : "application/json";
  const headers = { ...productHeaders(product), "content-type": contentType ?? usual };
  return { status, headers, body: JSON.stringify(value) };
}

export interface ErrorCause {
  readonly type: string;
  readonly reason: string;
  readonly [more: string]: unknown;
}

/** An error of the whole request. Both products repeat its cause. */
export function requestError(product: Product, status: number, { caused_by, ...cause }: ErrorCause): Reply {
  const error = { root_cause: [cause], ...cause, ...(caused_by !== undefined && { caused_by }) };
  return productReply(product, status, { error, status });
}

/** The reply to `GET /`. */
export function rootInfo({ name, version, buildFlavor }: Product): unknown {
  const common = {
    number: version,
    build_type: "docker",
    build_hash: "0000000000000000000000000000000000000000",
    build_date: "2026-08-01T18:48:00.452816924Z",
    build_snapshot: false,
  };
  const cluster = { name: "simulator-1", cluster_name: "simulator", cluster_uuid: "tXRVN9_vRaqzig40jxTj_A" };
  if (name === "opensearch") {
    const tagline = "The OpenSearch Project: https://opensearch.org/";
    return { ...cluster, version: { distribution: "opensearch", ...common, lucene_version: "10.5.0" }, tagline };
  }
  const flavored = { ...common, build_flavor: buildFlavor, lucene_version: "9.12.2" };
  return { ...cluster, version: flavored, tagline: "You Know, for Search" };
}
