import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installAcme, sentTo } from "../../test/acme-connector.ts";
import type { DeploymentFolder } from "../../test/deployment-folder.ts";
import { createDeploymentFolder } from "../../test/deployment-folder.ts";
import { assertAddsUp } from "../../test/receiver.ts";
import { configuredDestination } from "./config/configured-destination.ts";
import { discoverConnectors } from "./connectors/discover.ts";
import { createConnectorRegistry } from "./connectors/registry.ts";
import type { Host } from "./host.ts";
import { createHost } from "./host.ts";

const ORG = "acme";
const KEY = "a key of thirty-two characters ..";

let folder: DeploymentFolder;
let deadLetterPath: string;
let host: Host | undefined;
beforeEach(async () => {
  folder = await createDeploymentFolder();
  await installAcme(folder);
  deadLetterPath = await mkdtemp(join(tmpdir(), "outgoing-"));
});
afterEach(async () => {
  await host?.stop({ deadlineMs: 0 });
  host = undefined;
  await folder.remove();
  await rm(deadLetterPath, { recursive: true });
});

async function destination(id: string, given: object = {}) {
  const registry = createConnectorRegistry(await discoverConnectors(folder.path));
  const config = { out: join(folder.path, `${id}.sent`) };
  const entry = { id, type: "acme_log", config, ...given } as Parameters<typeof configuredDestination>[0];
  const built = await configuredDestination(entry, { registry });
  if (built.destination === undefined) throw new Error(JSON.stringify(built.problems));
  return built.destination;
}

function event(uid: string, name: string) {
  return { class_uid: 3002, severity_id: 3, time: 1, metadata: { uid }, actor: { user: { name }, org: { uid: ORG } } };
}

/** The events that a destination was sent. */
function sentBy(id: string): { metadata: { uid: string }; actor: { user: { name: string } }; unmapped?: object }[] {
  return sentTo(join(folder.path, `${id}.sent`)).flatMap(({ body }) =>
    JSON.parse(Buffer.from(body, "base64").toString()),
  );
}

const rules = [{ path: "actor.user.name", action: "hmac" }];

describe("what leaves", () => {
  it.each([0, 1])(
    "is filtered, sampled and redacted for one destination, and whole for others (%s workers)",
    async (workers) => {
      host = await createHost({
        destinations: [
          await destination("plain"),
          await destination("shaped", {
            filter: { cel: 'actor.user.name != "left out"', sample: { "3002": 1 } },
            delivery: { redact: rules },
          }),
        ],
        deadLetterPath,
        workers,
        redaction: { key: KEY },
      });
      await host.publish([
        event("e1", "lovelace"),
        event("e2", "left out"),
        event("e3", "lovelace"),
        event("e4", "dora"),
      ]);
      await host.settled();
      for (const status of host.status().destinations) assertAddsUp(status);
      expect(host.statusOf("shaped")?.counts).toMatchObject({ accepted: 4, filtered: 1, delivered: 3 });
      expect(sentBy("plain").map(({ actor }) => actor.user.name)).toEqual(["lovelace", "left out", "lovelace", "dora"]);
      const shaped = sentBy("shaped");
      expect(shaped.map(({ metadata }) => metadata.uid)).toEqual(["e1", "e3", "e4"]);
      expect(shaped[0]?.actor.user.name).toMatch(/^hmac-/);
      expect(shaped[1]?.actor.user.name).toBe(shaped[0]?.actor.user.name);
      expect(shaped[0]?.unmapped).toEqual({ redacted: ["actor.user.name"] });
    },
  );

  it("shows in its dead letters as it would have left", async () => {
    const given = { delivery: { redact: rules, max_retries: 0 }, config: undefined };
    const one = await destination("shaped", {
      ...given,
      config: { out: join(folder.path, "x.sent"), first: "refuse" },
    });
    host = await createHost({ destinations: [one], deadLetterPath, redaction: { key: KEY } });
    await host.publish(event("e1", "lovelace"));
    await host.stop({ deadlineMs: 0 });
    const [file = ""] = await readdir(deadLetterPath);
    const text = await readFile(join(deadLetterPath, file), "utf8");
    expect(text).toContain('"name":"hmac-');
    expect(text).not.toContain("lovelace");
  });

  it("has the operator's redactions at an organisation's destination, whatever it sets itself", async () => {
    const own = await destination("own", { org_id: ORG });
    const global = await destination("global");
    const ofOrganisations = [{ path: ["actor", "user", "name"], action: { kind: "mask" }, form: "text" }] as const;
    host = await createHost({ destinations: [own, global], deadLetterPath, redaction: { ofOrganisations } });
    await host.publish(event("e1", "lovelace"));
    await host.settled();
    expect(sentBy("own")[0]?.actor.user.name).toBe("redacted");
    expect(sentBy("global")[0]?.actor.user.name).toBe("lovelace");
  });

  it("is refused where a key is missing", async () => {
    const one = await destination("shaped", { delivery: { redact: rules } });
    await expect(createHost({ destinations: [one], deadLetterPath })).rejects.toThrow("needs a key");
  });
});
