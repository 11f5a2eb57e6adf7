import { expect, it, onTestFinished } from "vitest";
import { createDeploymentFolder } from "../../../test/deployment-folder.ts";
import { discoverConnectors } from "./discover.ts";
import { loadConnector } from "./load-connector.ts";

it("gives up a connector whose module waits without end, and names it with the fix", async () => {
  const deployment = await createDeploymentFolder();
  onTestFinished(() => deployment.remove());
  await deployment.install("acme-connector", { module: "await new Promise(() => {});" });
  const [found] = await discoverConnectors(deployment.path);
  if (found === undefined) throw new Error("it is not found");
  await expect(loadConnector(found, 50)).rejects.toMatchObject({
    code: "SIEM_CONNECTOR_LOAD",
    message: expect.stringMatching(
      /^acme-connector@1\.2\.3 \(.*\) cannot be imported: its module waits for something, and was not done after 0\.05 s\. Install another version of acme-connector, or remove it\.$/,
    ),
  });
});
