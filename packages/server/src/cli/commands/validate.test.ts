// First: the certificates' library finds its own parts through it.
import "reflect-metadata";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../../../../../tests/certificates.ts";
import { runCommandLine } from "../cli.ts";

const PACKAGES = join(import.meta.dirname, "../../../..");
const DAY_MS = 86_400_000;

/** A deployment with three connectors, and certificates of every kind that goes wrong. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "validate-"));
  const names = ["splunk", "datadog", "qradar"].map((name) => `connector-${name}`);
  const dependencies = Object.fromEntries(names.map((name) => [`@arbitex/${name}`, "1.0.0"]));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "deployment", dependencies }));
  await mkdir(join(folder, "node_modules/@arbitex"), { recursive: true });
  for (const name of names) await symlink(join(PACKAGES, name), join(folder, "node_modules/@arbitex", name));
  await writeCertificates();
});
afterAll(() => rm(folder, { recursive: true }));

async function writeCertificates(): Promise<void> {
  const authority = await createAuthority("SIEM");
  const client = await authority.issue({ name: "gateway", usage: "client" });
  const other = await authority.issue({ name: "other", usage: "client" });
  const validity = { from: new Date("2020-01-01T00:00:00Z"), to: new Date(Date.now() - 9.5 * DAY_MS) };
  const expired = await authority.issue({ name: "old", usage: "client", validity });
  await mkdir(join(folder, "certs"));
  const files = {
    "ca.pem": authority.cert,
    "client.pem": client.cert,
    "client.key": client.key,
    "other.key": other.key,
    "expired.pem": expired.cert,
    "expired.key": expired.key,
    "binary.der": Buffer.from([0x30, 0x82, 0x01, 0x02]),
    "cut.pem": authority.cert.slice(0, 200),
    "lines.pem": authority.cert.replaceAll("\n", String.raw`\n`),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, "certs", name), content);
}

async function validate(
  text: string,
  environment: Readonly<Record<string, string>> = {},
  words: readonly string[] = [],
) {
  const name = text.startsWith("{") ? "siem.config.json" : "siem.config.yaml";
  await writeFile(join(folder, name), text);
  let output = "";
  const write = (part: string) => ((output += part), true);
  const exitCode = await runCommandLine(["validate", "--config", name, ...words], {
    stdin: Readable.from([]),
    stdout: { write },
    stderr: { write },
    environment,
    workingFolder: folder,
    onSignal: () => () => undefined,
    onReload: () => () => undefined,
    onOrphaned: () => () => undefined,
    kill: () => undefined,
  });
  return { exitCode, output: output.replaceAll(folder, "FOLDER") };
}

const splunk = (config: string, rest = "") =>
  `destinations:\n  - id: soc-splunk\n    type: splunk_hec\n    config:\n${config}${rest}`;
const good = '      url: "https://splunk.example.com:8088"\n      token: s3cret-in-the-file\n';

const ten = (name: string) => Array.from({ length: 10 }, () => name).join(", ");

/** What a stranger writes, by what is wrong with it. */
const MISTAKES: Readonly<Record<string, string>> = {
  // The ten.
  "misspelt key": splunk(good.replace("url", "urll")),
  "wrong type": splunk(good, "    delivery:\n      batch_size: many\n"),
  "bad yaml": "destinations:\n  - id: soc-splunk\n   type: splunk_hec\n",
  "unreadable ca": splunk(`${good}      tls_ca: certs/nowhere.pem\n`),
  "unknown connector type": splunk(good).replace("splunk_hec", "splunk"),
  "a connector that is not installed": splunk(good).replace("splunk_hec", "elastic"),
  "a listed connector that is not installed": `connectors: ["@arbitex/connector-elastic", ./nowhere]\n${splunk(good)}`,
  // oxlint-disable-next-line no-template-curly-in-string
  "missing variable": splunk(good.replace("s3cret-in-the-file", '"${SPLUNK_TOKEN}"')),
  "duplicate id": `${splunk(good)}  - id: soc-splunk\n    type: datadog\n    config: { api_key: 0a1b2c }\n`,
  "bad url": splunk(good.replace("https://", "")),
  "wrong unit": splunk(good, "    delivery:\n      flush_interval: 5 seconds\n      max_queued_bytes: 512MB\n"),
  "missing required secret": splunk('      url: "https://splunk.example.com:8088"\n'),
  // Their kin.
  "two mistakes at once": splunk(good.replace("token", "tokn"), "    delivery: { compression: gzpi }\n    org: a\n"),
  tabs: "destinations:\n\t- id: soc-splunk\n\t  type: splunk_hec\n",
  "duplicate key": splunk(`${good}      index: a\n      index: b\n`),
  "numbers as text": splunk(good, '    delivery:\n      batch_size: "100"\n      ordered: "yes"\n'),
  "text as number": splunk(good.replace("s3cret-in-the-file", "12345")),
  "wrong enum": splunk(good, "    delivery: { on_exhausted: dead-leter, jitter: ful }\n"),
  negative: splunk(good, "    delivery: { concurrency: -1 }\n"),
  "a list where a map is expected": splunk("      - url: a\n"),
  "a map where a list is expected": "destinations:\n  id: soc-splunk\n  type: splunk_hec\n",
  "a value where a map is expected": `queue: disk\n${splunk(good)}`,
  "anchors and merges": `x: 1\ndestinations:\n  - &first\n    id: one\n    type: datadog\n    config: &config { api_key: a b }\n  - <<: *first\n    id: two\n    config: { <<: *config, sit: datadoghq.eu }\n`,
  "an anchor that is not there": "destinations:\n  - id: a\n    type: datadog\n    config: *shared\n",
  "one level too high": "destinations:\n  - id: a\n    type: datadog\n    api_key: 0a1b2c\n    batch_size: 10\n",
  "delivery under config": splunk(`${good}      batch_size: 10\n`),
  "a destination at the top": "id: a\ntype: datadog\nconfig: { api_key: 0a1b2c }\n",
  "a list at the top": "- id: a\n  type: datadog\n",
  "nothing under a key": "destinations:\n  - id: a\n    type: datadog\n    config:\n    api_key: 0a1b2c\n",
  "no space after a colon": "destinations:\n  - id:a\n    type: datadog\n",
  "a quote that is not closed": 'destinations:\n  - id: "a\n    type: datadog\n',
  "a bracket that is not closed": "destinations:\n  - { id: a, type: datadog\n",
  // oxlint-disable-next-line no-template-curly-in-string
  "a variable without quotes": "destinations:\n  - { id: a, type: datadog, config: { api_key: ${KEY} } }\n",
  // oxlint-disable-next-line no-template-curly-in-string
  "variables of another kind": splunk('      url: $SPLUNK_URL\n      token: "${SPLUNK-TOKEN}"\n'),
  "a tag": splunk(good.replace("s3cret-in-the-file", "!secret splunk")),
  "a backslash": splunk(good.replace("8088", String.raw`8088\path`)),
  "two documents": `${splunk(good)}---\nqueue: { path: q }\n`,
  "aliases for gigabytes": bomb(),
  "json with a comma": '{\n  "destinations": [\n    { "id": "a", "type": "datadog", },\n  ]\n}\n',
  "json in disorder":
    '{\n  "destinations": [\n    { "id": "a", "type": "datadog", "config": { "api_key": 1, "sit": "x" } }\n  ]\n}\n',
  "certificates of every kind": certificates(),
  "a key without its certificate": splunk(`${good}      tls_key: FOLDER/certs/client.key\n`),
};

function bomb(): string {
  return `a: &a [${ten("1")}]\nb: &b [${ten("*a")}]\nc: &c [${ten("*b")}]\nd: [${ten("*c")}]\n`;
}

function certificates(): string {
  const wrong = [
    "tls_ca: certs/nowhere.pem",
    "tls_ca: certs",
    "tls_ca: certs/binary.der",
    "tls_ca: certs/cut.pem",
    "tls_ca: certs/lines.pem",
    "tls_ca: certs/client.key",
    "tls_cert: certs/client.pem, tls_key: certs/other.key",
    "tls_cert: certs/expired.pem, tls_key: certs/expired.key",
    "tls_cert: certs/client.key, tls_key: certs/client.pem",
    "tls_cert: certs/client.pem",
    "tls_ca: certs/ca.pem, tls_cert: certs/client.pem, tls_key: certs/client.key",
  ];
  const entries = wrong.map((tls, at) => `  - { id: q${at}, type: qradar, config: { host: h, ${inFolder(tls)} } }\n`);
  return `destinations:\n${entries.join("")}`;
}

/** Paths in a file are from the folder of the process, which is not the deployment's here. */
function inFolder(tls: string): string {
  return tls.replaceAll("certs", "FOLDER/certs");
}

describe("a mistake is named with its place, what may stand there, and the way out", () => {
  it.each(Object.keys(MISTAKES))("%s", async (name) => {
    const text = (MISTAKES[name] ?? "").replaceAll("FOLDER", folder);
    const { exitCode, output } = await validate(text);
    expect(exitCode).toBe(2);
    expect(output).not.toContain("s3cret");
    expect(output).not.toContain("undefined");
    const expired = output.replace(/expired on [-\d]+, \d+ days ago/, "expired on DATE, 9 days ago");
    const shown = `${text.replaceAll(folder, "FOLDER")}\n${"-".repeat(80)}\n${expired}`;
    await expect(shown).toMatchFileSnapshot(`mistakes/${name.replaceAll(" ", "-")}.txt`);
  });

  it.skipIf(process.getuid?.() === 0)("a certificate that this user may not read", async () => {
    const path = join(folder, "certs", "forbidden.pem");
    await writeFile(path, "");
    await chmod(path, 0);
    const { output } = await validate(splunk(`${good}      tls_ca: ${path}\n`));
    expect(output).toContain("this user may not read it");
  });
});

describe("validate", () => {
  it("has everything in its JSON, with the place in numbers", async () => {
    const { output } = await validate(MISTAKES["wrong enum"] ?? "", {}, ["--json"]);
    const { ok, problems } = JSON.parse(output);
    expect(ok).toBe(false);
    expect(problems).toContainEqual({
      path: "destinations[0].delivery.jitter",
      message: 'expected one of none, full; got the text "ful".',
      expected: "one of none, full. Whether waits vary, down to half (full).",
      fix: 'Did you mean "full"?',
      example: "jitter: full",
      at: { file: "siem.config.yaml", line: 7, column: 51 },
    });
  });

  it("names a variable once, by its first place and the lines of the others, and nothing that follows from it", async () => {
    // oxlint-disable-next-line no-template-curly-in-string
    const text = splunk('      url: "${SPLUNK_URL}"\n      token: "${SPLUNK_TOKEN}"\n      tls_ca: "${SPLUNK_URL}"\n');
    const { output } = await validate(text, { SPLUNK_TOKEN: "" }, ["--json"]);
    const { problems } = JSON.parse(output);
    expect(problems.map(({ message }: { message: string }) => message)).toEqual([
      "the environment variable SPLUNK_URL is not set. It is named in line 7 as well.",
      "the environment variable SPLUNK_TOKEN is set, but empty.",
    ]);
  });

  it("shows nothing of a value that came from a variable", async () => {
    // oxlint-disable-next-line no-template-curly-in-string
    const text = splunk(good.replace("s3cret-in-the-file", '"${TOKEN}"'), '    delivery: { batch_size: "${TOKEN}" }\n');
    const { output } = await validate(text, { TOKEN: "t0ps3cret" });
    expect(output).toContain("batch_size");
    expect(output).not.toContain("t0ps3cret");
  });

  it("refuses a configuration that delivers nowhere, as run does", async () => {
    expect(await validate("environment: false\n")).toMatchObject({
      exitCode: 2,
      output: expect.stringContaining("nowhere to deliver to"),
    });
  });

  it("says so when a file is no text in UTF-8", async () => {
    const { exitCode, output } = await validate("d\0e\0s\0t\0");
    expect([exitCode, output]).toEqual([2, expect.stringContaining("Save it as UTF-8")]);
  });

  it("refuses what run refuses besides", async () => {
    const environment = { SIEM_HOST: "0.0.0.0", FERNET_KEY: "short", SIEM_PORT: "tcp://10.0.0.1:80", LOG_LEVEL: "inf" };
    const { exitCode, output } = await validate(splunk(good), environment, ["--json"]);
    expect(exitCode).toBe(2);
    expect(JSON.parse(output).problems.map(({ path }: { path: string }) => path)).toEqual([
      "SIEM_PORT",
      "LOG_LEVEL",
      "FERNET_KEY",
      "SIEM_INGEST_TOKEN",
    ]);
  });
});

describe("a variable for a connector that is not installed", () => {
  it("is a problem with the line that installs it", async () => {
    const { exitCode, output } = await validate("", {
      ELASTIC_URL: "https://es.example.com",
      ELASTIC_API_KEY: "t0ps3cret",
    });
    expect(exitCode).toBe(2);
    expect(output).toContain("ELASTIC_URL, ELASTIC_API_KEY");
    expect(output).toContain("npm install @arbitex/connector-elastic");
    expect(output).toContain("FOLDER/package.json");
    expect(output).not.toContain("t0ps3cret");
  });

  it("is none where the file takes no destinations from the environment, or names it itself", async () => {
    const environment = { ELASTIC_URL: "https://es.example.com" };
    expect(await validate(`environment: false\n${splunk(good)}`, environment)).toMatchObject({ exitCode: 0 });
    // oxlint-disable-next-line no-template-curly-in-string
    const named = splunk('      url: "${ELASTIC_URL}"\n      token: abc\n');
    expect(await validate(named, environment)).toMatchObject({ exitCode: 0 });
  });
});

describe("the root of a deployment", () => {
  it("is named by --root before SIEM_ROOT, and nothing else is looked at then", async () => {
    const { exitCode, output } = await validate(splunk(good), { SIEM_ROOT: folder }, ["--root", "certs"]);
    expect(exitCode).toBe(2);
    expect(output).toContain("there is no package.json in FOLDER/certs");
    expect(await validate(splunk(good), { SIEM_ROOT: folder })).toMatchObject({ exitCode: 0 });
  });
});

describe("where a destination comes from", () => {
  // oxlint-disable-next-line no-template-curly-in-string
  const natural = splunk('      url: "${SPLUNK_HEC_URL}"\n      token: "${SPLUNK_HEC_TOKEN}"\n');
  const environment = { SPLUNK_HEC_URL: "https://splunk.example.com:8088", SPLUNK_HEC_TOKEN: "t0ps3cret" };
  const answer = async (text: string, more: Record<string, string> = {}) =>
    JSON.parse((await validate(text, { ...environment, ...more }, ["--json"])).output);

  it("is one place, when the file uses the variables that would make another", async () => {
    const { ok, destinations, warnings } = await answer(natural);
    const place = { file: "siem.config.yaml", line: 2, column: 5 };
    expect([ok, warnings]).toEqual([true, []]);
    expect(destinations).toEqual([
      { id: "soc-splunk", type: "splunk_hec", org_id: null, source: { kind: "file", place } },
    ]);
  });

  it("is the environment as well only where the file asks for it, and then doubles are named", async () => {
    const { destinations, warnings } = await answer(`environment: true\n${natural}`);
    expect(destinations.map(({ id }: { id: string }) => id)).toEqual(["soc-splunk", "splunk_hec"]);
    expect(warnings).toMatchObject([{ message: expect.stringContaining("it gets events twice") }]);
    expect(JSON.stringify(warnings)).not.toContain("t0ps3cret");
  });

  it("is told of variables that change nothing beside the file", async () => {
    const { warnings } = await answer(natural, { SPLUNK_HEC_INDEX: "audit" });
    expect(warnings).toMatchObject([{ path: "SPLUNK_HEC_INDEX", message: expect.stringContaining("not used") }]);
  });

  it("is told of a key that lies around and sends every event away", async () => {
    const stray = { DATADOG_API_KEY: "0a1b2c" };
    const { destinations, warnings } = await answer(natural, stray);
    expect(destinations[1]).toEqual({
      id: "datadog",
      type: "datadog",
      org_id: null,
      source: { kind: "environment", variables: ["DATADOG_API_KEY"] },
    });
    expect(warnings).toMatchObject([{ message: expect.stringContaining("every event goes to Datadog as well") }]);
    expect((await answer(`environment: true\n${splunk(good)}`, stray)).warnings).toEqual([]);
    expect((await answer(`environment: false\n${natural}`, stray)).destinations).toHaveLength(1);
  });
});
