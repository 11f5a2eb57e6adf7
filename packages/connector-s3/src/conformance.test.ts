import { testConnector } from "@arbitex/testkit/conformance";
import manifest from "../package.json" with { type: "json" };
import { s3 } from "./index.ts";

// A repeat of a batch finds its object there.
testConnector({ connector: s3, manifest, storesOnce: true });
