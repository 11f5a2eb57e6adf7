import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { elastic } from "./index.ts";

testConnector({ connector: elastic, manifest, storesOnce: true });
