import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { googleSecOps } from "./index.ts";

testConnector({ connector: googleSecOps, manifest });
