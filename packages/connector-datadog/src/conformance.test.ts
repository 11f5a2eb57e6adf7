import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { datadog } from "./index.ts";

testConnector({ connector: datadog, manifest });
