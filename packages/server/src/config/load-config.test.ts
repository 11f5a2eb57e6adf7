import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeploymentFolder } from "../../../core/test/deployment-folder.ts";
import { connectorModule, createDeploymentFolder } from "../../../core/test/deployment-folder.ts";
import type { Environment } from "./file-variables.ts";
import { loadDeployment } from "./load-config.ts";
import { ConfigError, describeProblem } from "@arbitex/core/host";

let folder: DeploymentFolder;
beforeEach(async () => {
  folder = await createDeploymentFolder();
});
afterEach(() => folder.remove());

function load(environment: Environment = {}) {
  return loadDeployment({ environment, workingFolder: folder.path });
}

async function problemsOf(environment: Environment = {}): Promise<string[]> {
  try {
    await load(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(describeProblem);
    throw error;
  }
  return [];
}

describe("discovery", () => {
  it("finds the connectors among the direct dependencies and imports none that nobody named", async () => {
    await folder.install("acme-connector", { module: "throw new Error('imported')", manifest: withPrefix("ACME") });
    await folder.install("other", { manifest: { arbitexConnector: undefined } });
    const { registry, destinations } = await load();
    expect(registry.packages.map(({ name, version, type }) => [name, version, type])).toEqual([
      ["acme-connector", "1.2.3", "acme_log"],
    ]);
    expect(destinations).toEqual([]);
  });

  it("does not look at packages that are only installed, nor at dev dependencies", async () => {
    await folder.install("acme-connector");
    await folder.write("package.json", { name: "deployment", devDependencies: { "acme-connector": "1.0.0" } });
    expect((await load()).registry.packages).toEqual([]);
  });

  it("takes the explicit list instead of the scan, packages and folders alike", async () => {
    await folder.install("acme-connector");
    await folder.write("own/package.json", {
      name: "own",
      version: "0.0.1",
      arbitexConnector: { apiVersion: 1, type: "own", entry: "./i.js" },
    });
    await folder.write("siem.config.yaml", 'connectors: ["./own"]');
    expect((await load()).registry.packages.map(({ type }) => type)).toEqual(["own"]);
    await folder.write("etc/siem.yaml", 'connectors: ["../own"]');
    const { registry } = await load({ SIEM_CONFIG: "etc/siem.yaml" });
    expect(registry.packages.map(({ type }) => type)).toEqual(["own"]);
  });

  it("refuses two packages for one type, naming both", async () => {
    await folder.install("acme-connector");
    await folder.install("acme-fork");
    const [problem] = await problemsOf();
    expect(problem).toContain('Connector type "acme_log" is provided by both acme-connector@1.2.3');
    expect(problem).toContain("acme-fork@1.2.3");
  });

  it("names every connector that is no good, and finds the others all the same", async () => {
    await folder.install("acme-connector");
    await folder.install("old", {
      manifest: { arbitexConnector: { apiVersion: 0, type: "old", entry: "./index.js" } },
    });
    await folder.install("empty", { manifest: { arbitexConnector: {} } });
    await folder.write("siem.config.yaml", "destinations: [{ id: a, type: acme_log, config: { url: u } }]");
    expect(await problemsOf()).toEqual([
      expect.stringContaining("old@1.2.3"),
      expect.stringContaining("is not a connector's manifest"),
    ]);
    await folder.write("siem.config.yaml", "connectors: [acme-connector, absent]");
    expect(await problemsOf()).toEqual([expect.stringMatching(/^siem.config.yaml:1:30 connectors\[1\]: .*absent/)]);
  });

  it("refuses a connector of another API version, saying which and what to do", async () => {
    await folder.install("acme-connector", {
      manifest: { arbitexConnector: { apiVersion: 2, type: "acme_log", entry: "./index.js" } },
    });
    const [problem] = await problemsOf();
    expect(problem).toContain("acme-connector@1.2.3");
    expect(problem).toContain("API 2; this host speaks 1. Update @arbitex/core");
  });

  it.each([
    ["disagrees with its manifest", connectorModule("other_type"), "They must agree."],
    ["exports no connector", "export default {}", "is not a connector"],
    ["cannot be imported", "import 'not-there'", "cannot be imported"],
  ])("refuses a module that %s", async (_, module, expected) => {
    await folder.install("acme-connector", { module });
    await folder.write(
      "siem.config.yaml",
      "destinations: [{ id: a, type: acme_log, config: { url: u } }]\nenvironment: false",
    );
    const [problem] = await problemsOf();
    expect(problem).toContain("destinations[0].type: acme-connector@1.2.3");
    expect(problem).toContain(expected);
  });

  it.each([
    ["acme_lgo", 'Did you mean "acme_log"?'],
    ["datadog", "npm install @arbitex/connector-datadog"],
    ["nothing_like_it", "Installed here: acme_log."],
  ])("says what to do about the unknown type %s", async (type, fix) => {
    await folder.install("acme-connector");
    await folder.write("siem.config.yaml", `destinations: [{ id: a, type: ${type}, config: {} }]`);
    expect((await problemsOf())[0]).toContain(fix);
  });

  it("leads to the list of connectors where a listed name is misspelt, and never to installing that name", async () => {
    await folder.write(
      "siem.config.yaml",
      'connectors: ["@arbitex/connector-splnk"]\ndestinations: [{ id: a, type: splunk_hec, config: {} }]',
    );
    const [misspelt, missing] = await problemsOf();
    expect(misspelt).toContain('Did you mean "@arbitex/connector-splunk"?');
    expect(misspelt).not.toContain("npm install");
    expect(missing).toContain('Add "@arbitex/connector-splunk" to "connectors"');
  });
});

function withPrefix(envPrefix: string) {
  return { arbitexConnector: { apiVersion: 1, type: "acme_log", entry: "./index.js", envPrefix } };
}

describe("a place in the file", () => {
  it("is named in full where the working folder is the root, as it is for services", async () => {
    await folder.write("siem.config.yaml", "wrong: true");
    const path = `${folder.path}/siem.config.yaml`;
    const loading = loadDeployment({ environment: {}, workingFolder: "/", configPath: path });
    await expect(loading).rejects.toMatchObject({ problems: [{ at: { file: path } }] });
  });
});

describe("the environment", () => {
  it("creates a global destination as soon as the required variables are set", async () => {
    await folder.install("acme-connector");
    const { destinations } = await load({
      ACME_URL: "https://acme",
      ACME_PORT: "7",
      ACME_VERIFY: "false",
      ACME_BATCH_SIZE: "250",
      ACME_FLUSH_INTERVAL: "0.5",
      ACME_MAX_RETRIES: "0",
      ACME_DEAD_LETTER_PATH: "/var/log/acme.jsonl",
      ACME_COMPRESSION: "gzip",
      ACME_INDEX: "",
    });
    expect(destinations).toMatchObject([
      {
        id: "acme_log",
        config: { url: "https://acme", port: 7, verify: false, index: "main" },
        delivery: { batchSize: 250, flushIntervalMs: 500, maxRetries: 0, compression: "gzip" },
        deadLetterPath: "/var/log/acme.jsonl",
      },
    ]);
  });

  it("does not let a half-configured destination pass for none", async () => {
    await folder.install("acme-connector");
    expect(await problemsOf({ ACME_TOKEN: "t", ACME_ULR: "https://acme" })).toEqual([
      "ACME_URL: is missing. Set it.",
      "ACME_ULR: is not a known variable. Did you mean ACME_URL?",
    ]);
  });

  it("names every wrong variable at once", async () => {
    await folder.install("acme-connector");
    const problems = await problemsOf({ ACME_URL: "u", ACME_PORT: "many", ACME_BATCH_SIZE: "0", SIEM_PORT: "99999" });
    expect(problems.map((problem) => problem.split(":")[0])).toEqual(["SIEM_PORT", "ACME_PORT", "ACME_BATCH_SIZE"]);
  });

  it("warns of a setting that belongs to no destination, and leaves other software's variables alone", async () => {
    await folder.install("acme-connector");
    const { warnings, destinations } = await load({ ACME_INDEX: "audit", ACME_SERVER_URL: "http://elsewhere" });
    expect(destinations).toEqual([]);
    expect(warnings.map(({ path }) => path)).toEqual(["ACME_INDEX"]);
  });

  it("joins the file's destinations with those of other types, unless the file says otherwise", async () => {
    await folder.install("acme-connector");
    const file = "destinations: [{ id: mine, type: acme_log, config: { url: u } }]";
    await folder.write("siem.config.yaml", file);
    const other = { ACME_URL: "u", OTHER_URL: "u" };
    await folder.install("other-connector", { type: "other_log", module: connectorModule("other_log", "OTHER") });
    expect((await load(other)).destinations.map(({ id }) => id)).toEqual(["mine", "other_log"]);
    await folder.write("siem.config.yaml", `${file}\nenvironment: true`);
    expect((await load(other)).destinations.map(({ id }) => id)).toEqual(["mine", "acme_log", "other_log"]);
    await folder.write("siem.config.yaml", `${file}\nenvironment: false`);
    expect((await load(other)).destinations.map(({ id }) => id)).toEqual(["mine"]);
  });
});

describe("the configuration file", () => {
  it("is read with variables in their places, as the type that the setting wants", async () => {
    await folder.install("acme-connector");
    await folder.write(
      "siem.config.yaml",
      `
dead_letters: { path: ./letters }
destinations:
  - id: soc
    type: acme_log
    org_id: org-1
    config: { url: "https://\${ACME_HOST}/x", port: "\${PORT}", token: "$\${literal}", index: "\${INDEX:-audit}" }
    delivery: { batch_size: "\${SIZE}", flush_interval: 250ms, hold_for: 72h, on_exhausted: hold, overflow: dead_letter }
    filter: { min_severity_id: 2 }
`,
    );
    const { destinations, settings } = await load({ ACME_HOST: "acme.test", PORT: "9", SIZE: "5" });
    expect(settings.deadLetterPath).toBe("./letters");
    expect(destinations).toMatchObject([
      {
        id: "soc",
        orgId: "org-1",
        // oxlint-disable-next-line no-template-curly-in-string
        config: { url: "https://acme.test/x", port: 9, token: "${literal}", index: "audit" },
        delivery: {
          batchSize: 5,
          flushIntervalMs: 250,
          holdForMs: 259_200_000,
          onExhausted: "hold",
          overflow: "dead-letter",
        },
        filter: { minSeverityId: 2 },
      },
    ]);
  });

  it("may be JSON", async () => {
    await folder.install("acme-connector");
    await folder.write("siem.config.json", { destinations: [{ id: "a", type: "acme_log", config: { url: "u" } }] });
    expect((await load()).destinations.map(({ id }) => id)).toEqual(["a"]);
  });

  it("reports everything that is wrong at once, each with its place and a way out", async () => {
    await folder.install("acme-connector");
    await folder.write(
      "siem.config.yaml",
      `
dead_leters: { path: x }
destinations:
  - { id: "a b", type: acme_log, config: { ulr: u }, delivery: { batchsize: 1, flush_interval: soon } }
  - { id: b, type: acme_log, config: { url: "\${UNSET}", port: x, indx: y } }
`,
    );
    const problems = await problemsOf();
    const said = problems.map((problem) => problem.replace(/^siem.config.yaml:/, ""));
    expect(said).toEqual([
      '2:1 dead_leters: unknown setting. Did you mean "dead_letters"?',
      expect.stringMatching(/^4:11 destinations\[0\].id: expected letters, digits, '.', '_' and '-', 100 at most./),
      '4:44 destinations[0].config.ulr: unknown setting. Did you mean "url"?',
      '4:66 destinations[0].delivery.batchsize: unknown setting. Did you mean "batch_size"? Such as: batch_size: 100',
      expect.stringMatching(/^4:96 destinations\[0\].delivery.flush_interval: expected seconds, or a number with ms/),
      expect.stringMatching(/^5:45 destinations\[1\].config.url: the environment variable UNSET is not set./),
      expect.stringMatching(/^5:63 destinations\[1\].config.port: expected a whole number, got the text "x"/),
      '5:66 destinations[1].config.indx: unknown setting. Did you mean "index"? Such as: index: main',
    ]);
  });

  it("points into a connector's settings, with the nearest known name", async () => {
    await folder.install("acme-connector");
    await folder.write("siem.config.yaml", "destinations: [{ id: b, type: acme_log, config: { ulr: u, port: x } }]");
    expect(await problemsOf()).toEqual([
      'siem.config.yaml:1:51 destinations[0].config.ulr: unknown setting. Did you mean "url"?',
      expect.stringContaining('1:65 destinations[0].config.port: expected a whole number, got the text "x".'),
    ]);
  });

  it("names the line of a file that is not YAML", async () => {
    await folder.write("siem.config.yaml", "destinations:\n  - id: a\n   type: b\n");
    expect((await problemsOf())[0]).toMatch(
      /^siem\.config\.yaml:3:1: this line is indented less than the keys above it/,
    );
  });

  it("says so when the file that was named is not there", async () => {
    expect(await problemsOf({ SIEM_CONFIG: "absent.yaml" })).toEqual([
      expect.stringMatching(/absent\.yaml: cannot be read/),
    ]);
  });

  it("refuses two destinations of one id", async () => {
    await folder.install("acme-connector");
    const one = "{ id: a, type: acme_log, config: { url: u } }";
    await folder.write("siem.config.yaml", `destinations: [${one}, ${one}]`);
    expect((await problemsOf())[0]).toContain('two destinations have the id "a"');
  });
});

describe("the database", () => {
  const url = "postgresql://siem:s3cret@db.example:5432/arbitex";

  it("is the embedded one in ./database where nothing is named", async () => {
    const { settings } = await load({});
    expect(settings).toMatchObject({ database: { path: "database", isPathNamed: false }, fernetKeys: undefined });
    expect(settings.database.url).toBeUndefined();
  });

  it.each([url, url.replace("postgresql", "postgres"), url.replace("postgresql", "postgresql+asyncpg")])(
    "is PostgreSQL at %s, whose password is not shown",
    async (given) => {
      const { settings } = await load({ DATABASE_URL: given, FERNET_KEY: "s3cret-key" });
      expect(settings.database.url?.reveal()).toBe(url);
      expect(settings.fernetKeys?.reveal()).toBe("s3cret-key");
      expect(JSON.stringify(settings)).not.toContain("s3cret");
    },
  );

  it("is not taken from an address of another kind, which is not repeated", async () => {
    const problems = await problemsOf({ DATABASE_URL: "mysql://siem:s3cret@db" });
    expect(problems).toEqual([expect.stringMatching(/^DATABASE_URL: expected postgresql:/)]);
    expect(problems.join("")).not.toContain("s3cret");
  });

  it("has its folder from the environment before the file", async () => {
    await folder.write("siem.config.yaml", "database: { path: from-file }");
    expect((await load({})).settings.database).toMatchObject({ path: "from-file", isPathNamed: true });
    expect((await load({ SIEM_DATABASE_PATH: "here" })).settings.database).toMatchObject({ path: "here" });
  });
});
describe("what a connector cannot do", () => {
  beforeEach(async () => {
    const module = connectorModule("acme_log").replace("limits:", 'compressions: ["none"], limits:');
    await folder.install("acme-connector", { module });
  });

  it("is a problem of the file, with a way out", async () => {
    await folder.write(
      "siem.config.yaml",
      "destinations: [{ id: a, type: acme_log, config: { url: u }, delivery: { compression: gzip } }]",
    );
    expect(await problemsOf()).toEqual([
      "siem.config.yaml:1:86 destinations[0].delivery.compression: Acme does not take gzip here: only none is possible. Leave compression out of delivery.",
    ]);
  });

  it("is a problem of the environment, under the variable's name", async () => {
    const problems = await problemsOf({ ACME_URL: "u", ACME_COMPRESSION: "gzip" });
    expect(problems).toEqual([expect.stringContaining("ACME_COMPRESSION: Acme does not take gzip")]);
  });
});

it("an organisation's bound of the queues is read from the file", async () => {
  await folder.write("siem.config.yaml", "queue: { max_bytes: 1000, max_bytes_per_org: 100 }");
  expect((await load()).settings).toMatchObject({ maxQueuedBytes: 1000, maxQueuedBytesPerOrg: 100 });
});

describe("workers", () => {
  it("are as many as the environment says, or the file, or none", async () => {
    expect((await load()).settings.workers).toBe(0);
    await folder.write("siem.config.yaml", "workers: 2");
    expect((await load()).settings.workers).toBe(2);
    expect((await load({ SIEM_WORKERS: "3" })).settings.workers).toBe(3);
  });

  it.each(["two", "-1", "1.5", "1000"])("are a problem when they are %s", async (given) => {
    expect(await problemsOf({ SIEM_WORKERS: given })).toEqual([
      expect.stringMatching(/^SIEM_WORKERS: expected a whole number from 0 to 256./),
    ]);
  });

  it("find a destination's origin in what the user wrote, and do not show it to who prints the destination", async () => {
    await folder.install("acme-connector");
    const { destinations } = await load({ ACME_URL: "u", ACME_TOKEN: "canary" });
    expect(destinations).toMatchObject([{ origin: { connector: { name: "acme-connector", type: "acme_log" } } }]);
    expect(destinations[0]?.origin?.settings()).toEqual({ url: "u", token: "canary" });
    expect(inspect(destinations[0]?.origin, { depth: 9 }) + JSON.stringify(destinations[0]?.origin)).not.toContain(
      "canary",
    );
  });
});

it("names what cannot be read in the variables of a proxy", async () => {
  expect(
    await problemsOf({ HTTPS_PROXY: "http://proxy.example:3128", NO_PROXY: "10.0.0.0/8,::1,10.0.0.0/64" }),
  ).toEqual([
    'NO_PROXY: "10.0.0.0/64" is no name, address or range, so that the proxy would be used there. ' +
      "Write siem.example.com, 10.0.0.0/8, ::1 or *, each also with a port.",
  ]);
});
