import { findSimulator, startXsiamSimulator } from "@arbitex/simulators";
import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { cortexXsiam } from "./index.ts";

const { lacks = {} } = findSimulator("cortex_xsiam") ?? {};

// The suite calls `send` with plain bodies too, which a collector for gzip answers 500; `delivery.test.ts` has gzip.
testConnector({
  connector: cortexXsiam,
  manifest,
  simulator: { lacks, start: (options) => startXsiamSimulator({ ...options, compression: "none" }) },
});
