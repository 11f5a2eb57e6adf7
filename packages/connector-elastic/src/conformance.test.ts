import { startVictoriaLogsSimulator } from "@arbitex/simulators";
import { testConnector } from "@arbitex/testkit/conformance";
import { describe } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { elastic } from "./index.ts";

testConnector({ connector: elastic, manifest, storesOnce: true });

describe("with dialect victorialogs", () => {
  testConnector({ connector: elastic, manifest, simulator: { start: startVictoriaLogsSimulator } });
});
