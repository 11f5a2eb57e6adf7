import { expect, it } from "vitest";
import manifest from "../package.json" with { type: "json" };
import byDefault, { splunkHec } from "./index.ts";

const config = splunkHec.configSchema.parse({ url: "https://splunk.example.com:8088", token: "0a1b" });

it("is the default export, and what the manifest says", () => {
  expect(byDefault).toBe(splunkHec);
  expect(manifest.arbitexConnector).toMatchObject({ apiVersion: splunkHec.apiVersion, type: splunkHec.type });
});

it("promises indexed events with acknowledgement alone", () => {
  const { guarantee } = splunkHec;
  const promises = [false, true].map((ack) =>
    typeof guarantee === "function" ? guarantee({ ...config, ack }) : guarantee,
  );
  expect(promises).toEqual(["accepted", "indexed"]);
});

it("keeps more batches under way when each waits for its acknowledgement", () => {
  const { defaults } = splunkHec;
  const chosen = [false, true].map((ack) => (typeof defaults === "function" ? defaults({ ...config, ack }) : defaults));
  expect(chosen).toEqual([{}, { concurrency: 32 }]);
});
