import { startHecRelativeSimulator } from "@arbitex/simulators";
import { testConnector } from "@arbitex/testkit/conformance";
import { describe } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { splunkHec } from "./index.ts";

testConnector({ connector: splunkHec, manifest });

describe.each(["crowdstrike", "sentinelone"] as const)("with preset %s", (relative) => {
  testConnector({
    connector: splunkHec,
    manifest,
    simulator: {
      start: (options) => startHecRelativeSimulator({ ...options, relative }),
      lacks: { partial: "its answer holds for the whole body, never for single events" },
    },
  });
});
