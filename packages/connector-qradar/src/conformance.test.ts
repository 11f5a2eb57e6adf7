import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { qradar } from "./index.ts";

testConnector({ connector: qradar, manifest });
