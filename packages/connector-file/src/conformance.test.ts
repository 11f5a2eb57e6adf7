import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { file } from "./index.ts";

testConnector({ connector: file, manifest });
