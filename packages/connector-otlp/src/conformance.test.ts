import type { SimulatedSiemOptions } from "@arbitex/testkit/conformance";
import { startOtlpSimulator } from "@arbitex/simulators";
import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { otlpHttp } from "./index.ts";

testConnector({ connector: otlpHttp, manifest });

// Every part of the suite holds for the other encoding too.
testConnector({
  connector: { ...otlpHttp, displayName: "OTLP/HTTP in JSON" },
  manifest,
  simulator: {
    start: (options: SimulatedSiemOptions) => startOtlpSimulator({ ...options, encoding: "json" }),
    lacks: {
      partial: "its partial success tells how many events were refused and not which, so that all are set aside",
    },
  },
});
