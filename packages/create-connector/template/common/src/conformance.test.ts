import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { acmeLog } from "./index.ts";
import simulator from "./simulator.ts";

testConnector({ connector: acmeLog, manifest, simulator });
