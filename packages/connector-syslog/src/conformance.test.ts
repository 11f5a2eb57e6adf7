import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { syslog } from "./index.ts";

testConnector({ connector: syslog, manifest });
