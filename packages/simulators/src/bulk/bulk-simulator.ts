import { createRandom } from "../events/random.ts";
import type { Answer, Reply, SimulatedRequest } from "../simulator/behaviour.ts";
import { createEventStore } from "../simulator/event-store.ts";
import { startHttpSimulator } from "../simulator/http-simulator.ts";
import type { Simulator, SimulatorOptions } from "../simulator/simulator.ts";
import type { DocumentRules, FieldType } from "./documents.ts";
import { filterPath } from "./filter-path.ts";
import type { StoredDocument } from "./indices.ts";
import { createIndices } from "./indices.ts";
import type { Block } from "./items.ts";
import { judgeMediaType } from "./media-type.ts";
import { readOperations } from "./operations.ts";
import type { Product } from "./product.ts";
import { errorTypes, productReply, requestError, rootInfo } from "./product.ts";
import { refuseByRequest } from "./request-rules.ts";
import type { Credentials } from "./security.ts";
import { hasPrivileges, refuseCredential } from "./security.ts";
import { fitsAny } from "./wildcard.ts";

/** Options of `startBulkSimulator`. */
export interface BulkSimulatorOptions extends SimulatorOptions, Credentials {
  readonly product?: "elasticsearch" | "opensearch";
  readonly version?: string;
  readonly buildFlavor?: "default" | "serverless";
  /** Names of data streams, with `*` as a wildcard. Default `logs-*-*` and `arbitex-ocsf*`. */
  readonly dataStreams?: readonly string[];
  /** The only existing indices. By default an index is created at its first use. */
  readonly indices?: readonly string[];
  /**
   * What happens to an invalid document of a data stream: stored in the failure store, refused with a remark, or
   * refused (the default).
   */
  readonly failureStore?: "used" | "not_enabled" | "none";
  readonly mapping?: Readonly<Record<string, FieldType>>;
  readonly refuse?: NonNullable<DocumentRules["refuse"]>;
  /** Existing ingest pipelines. */
  readonly pipelines?: readonly string[];
  /** Index privileges of the credential. Default all. */
  readonly privileges?: readonly string[];
  /** `http.max_content_length`, of the decompressed body. */
  readonly maxBodyBytes?: number;
}

/** A running simulator of Elasticsearch and OpenSearch. */
export interface BulkSimulator extends Simulator<StoredDocument> {
  /** Blocks, closes or opens an index. */
  setBlock(index: string, block: Block | undefined): void;
}

const MAX_BODY_BYTES = 100 * 1024 * 1024;
const VERSIONS = { elasticsearch: "8.19.21", opensearch: "3.8.0" };
const DEFAULT_API_KEY = Buffer.from("simulated-id:simulated-key").toString("base64");
/** No client has this key. */
const NO_KEY = "";
const BULK = /^(?:\/([^/]+))?\/_bulk$/;
const COUNT = /^(?:\/([^/]+))?\/_count$/;
const REFRESH = /^(?:\/([^/]+))?\/_refresh$/;

/** Simulates the document APIs of Elasticsearch or OpenSearch that a writing client uses. */
export async function startBulkSimulator(options: BulkSimulatorOptions = {}): Promise<BulkSimulator> {
  const { product: name = "elasticsearch", buildFlavor = "default", keep = "all", seed = 1 } = options;
  const product: Product = { name, version: options.version ?? VERSIONS[name], buildFlavor };
  const { dataStreams = ["logs-*-*", "arbitex-ocsf*"], maxBodyBytes = MAX_BODY_BYTES, privileges } = options;
  const isDataStream = fitsAny(dataStreams);
  const rules = { privileges, pipelines: options.pipelines ?? [], isDataStream };
  const store = createEventStore<StoredDocument>(keep);
  const indices = createIndices({
    store,
    types: errorTypes(product),
    random: createRandom(seed + 1),
    isDataStream,
    failureStore: options.failureStore ?? "none",
    mapping: options.mapping ?? {},
    ...(options.refuse && { refuse: options.refuse }),
    ...(options.indices && { existing: options.indices }),
  });

  function bulk({ path, body, query, spoil, poisoned }: SimulatedRequest, contentType: string | undefined): Answer {
    const target = BULK.exec(path)?.[1];
    const read = readOperations(body, target && decodeURIComponent(target), product);
    if (read.kind === "refused") return read.reply;
    const spoiled = spoil?.pick(read.operations.length);
    const items = read.operations.map((operation, position) => {
      const refused = refuseByRequest(operation, query, rules);
      if (refused) store.refuse();
      const isPoisoned = operation.id !== undefined && poisoned?.has(operation.id);
      const status = isPoisoned ? 400 : spoiled?.has(position) ? spoil?.status : undefined;
      return { [operation.action]: refused ?? indices.apply(operation, status) };
    });
    const errors = items.some((item) => Object.values(item).some(({ error }) => error !== undefined));
    const reply = name === "opensearch" ? { took: 1, errors, items } : { errors, took: 1, items };
    const paths = query.get("filter_path");
    return productReply(product, 200, paths === null ? reply : filterPath(reply, paths), contentType);
  }

  function count(path: string): Reply {
    const target = COUNT.exec(path)?.[1];
    const found = target === undefined ? store.counts().stored : indices.count(decodeURIComponent(target));
    if (found !== undefined) {
      return productReply(product, 200, { count: found, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } });
    }
    const reason = `no such index [${String(target)}]`;
    return requestError(product, 404, { type: "index_not_found_exception", reason, index_uuid: "_na_", index: target });
  }

  const simulator = await startHttpSimulator(options, {
    type: "elastic",
    store,
    maxBodyBytes,
    config: (url) => ({
      url,
      ...configured(options),
      ...(options.tls && { tls_ca: options.tls.trust ?? options.tls.cert }),
    }),
    isIntake: ({ method, path }) => (method === "POST" || method === "PUT") && BULK.test(path),
    answer(request) {
      const { method, path, body } = request;
      const unauthorized = refuseCredential(request, options, product);
      if (unauthorized) return unauthorized;
      const media = judgeMediaType(request, product, body.length > 0 || (method !== "GET" && BULK.test(path)));
      if (media.kind === "refused") return media.reply;
      const json = (value: unknown) => productReply(product, 200, value, media.contentType);
      if (BULK.test(path)) return method === "GET" ? wrongMethod(product, path) : bulk(request, media.contentType);
      if (COUNT.test(path)) return count(path);
      if (REFRESH.test(path)) return json({ _shards: { total: 1, successful: 1, failed: 0 } });
      if (path === "/") return json(rootInfo(product));
      if (path === "/_security/user/_has_privileges" && name === "elasticsearch")
        return json(hasPrivileges(body, privileges));
      return productReply(product, 400, { error: `no handler found for uri [${path}] and method [${method}]` });
    },
    refuseBody(problem) {
      if (problem.kind === "not-gzip") return "reset";
      // As recorded: neither JSON nor a product header.
      return { status: problem.kind === "too-large" ? 413 : 415 };
    },
    refusal: (head) => refuseCredential(head, { apiKey: NO_KEY }, product),
    judgesEvents: true,
    failure: (status) => failure(status, product),
  });
  return {
    ...simulator,
    setBlock: (index, block) => indices.setBlock(index, block),
    reset() {
      indices.reset();
      simulator.reset();
    },
  };
}

function configured({ apiKey, username, password }: Credentials): Record<string, string> {
  if (apiKey === undefined && username !== undefined) return { username, password: password ?? "" };
  return { api_key: apiKey ?? DEFAULT_API_KEY };
}

function wrongMethod(product: Product, path: string): Reply {
  const error = `Incorrect HTTP method for uri [${path}] and method [GET], allowed: [POST, PUT]`;
  const reply = productReply(product, 405, { error, status: 405 });
  return { ...reply, headers: { ...reply.headers, Allow: "POST,PUT" } };
}

function failure(status: number, product: Product): Reply {
  if (status === 413) return { status };
  const reason = `the simulator was told to fail with status ${status}`;
  const type = status === 429 ? errorTypes(product).overload : "status_exception";
  return requestError(product, status, { type, reason });
}
