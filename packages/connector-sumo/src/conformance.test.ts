import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { sumoLogic } from "./index.ts";

testConnector({ connector: sumoLogic, manifest });
