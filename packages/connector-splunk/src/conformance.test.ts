import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { splunkHec } from "./index.ts";

testConnector({ connector: splunkHec, manifest });
