import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { sentinel } from "./index.ts";

testConnector({ connector: sentinel, manifest });
