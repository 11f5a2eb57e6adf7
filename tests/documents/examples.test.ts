import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { testCertificates } from "@arbitex/simulators";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../server/command.ts";
import { blocksOf, documents, ROOT, shellLines, textOf } from "./blocks.ts";
import { CALL, commandProblem } from "./command-lines.ts";

const connectors = documents().filter((file) => /^packages\/connector-[^/]+\/README\.md$/.test(file));

describe("the documents", () => {
  it("call arbitex-siem with commands and options that there are", () => {
    const lines = documents().flatMap((file) => [
      ...shellLines(file).filter((line) => CALL.test(line)),
      ...[...textOf(file).matchAll(/`(?:npx )?(arbitex-siem [^`\n]+)`/g)].map(([, text = ""]) => text),
    ]);
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.map(commandProblem).filter((problem) => problem !== undefined)).toEqual([]);
  });

  it("have shell blocks that a shell can read", () => {
    for (const file of documents()) {
      for (const { text } of blocksOf(file, "sh")) {
        const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
        expect(status, `${file}: ${stderr}\n${text}`).toBe(0);
      }
    }
  });

  it("have tables in which every row has the cells of its head", () => {
    const uneven = documents().flatMap((file) => {
      const text = textOf(file).replaceAll(/^```[^]*?^```/gm, "");
      return (text.match(/(?:^\|.*\n)+/gm) ?? []).flatMap((table) => {
        const rows = table.trimEnd().split("\n");
        return rows.filter((row) => cellsOf(row) !== cellsOf(rows[0] ?? "")).map((row) => `${file}: ${row}`);
      });
    });
    expect(uneven).toEqual([]);
  });
});

/** As GitHub counts them: also within code, a bar that is not escaped ends a cell. */
function cellsOf(row: string): number {
  return row.replaceAll("\\|", "").split("|").length;
}

describe.each(connectors)("the example of %s", (file) => {
  it("is a configuration that the command takes, by variables and in a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "example-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const variables = variablesOf(file, folder);
    const state = { SIEM_QUEUE_PATH: join(folder, "queue"), SIEM_DEAD_LETTER_PATH: join(folder, "dead-letters") };
    const byVariables = await run(["validate"], { ...variables, ...state });
    expect(byVariables.exitCode, byVariables.stdout + byVariables.stderr).toBe(0);

    const [yaml] = blocksOf(file, "yaml").filter(({ text }) => text.startsWith("destinations:"));
    if (yaml === undefined) return;
    const config = join(folder, "siem.config.yaml");
    writeFileSync(config, real(yaml.text, folder));
    const named = [...yaml.text.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => {
      const same = Object.entries(variables).find(
        ([other]) => other === name || name.endsWith(other.split("_").at(-1) ?? ""),
      );
      return [name, same?.[1] ?? PLACEHOLDER];
    });
    const byFile = await run(["validate", "--config", config], { ...Object.fromEntries(named), ...state });
    expect(byFile.exitCode, byFile.stdout + byFile.stderr).toBe(0);
  });

  it("has the table of its settings", () => {
    expect(textOf(file)).toMatch(/<!-- options:begin -->\n\| Setting \| Variable .*\n[^]*<!-- options:end -->/);
  });
});

/** For what a document leaves to its reader; a UUID, since some credentials are one. */
const PLACEHOLDER = "0192f0a1-7b1c-7c3e-9b58-6a1f0c0de001";

/** What a shell makes of the first command that runs a server. */
function variablesOf(file: string, folder: string): Readonly<Record<string, string>> {
  const line = shellLines(file).find((text) => text.includes("npx arbitex-siem run")) ?? "";
  writeFileSync(join(folder, "arbitex-siem.json"), JSON.stringify(serviceAccount()));
  const shown = real(line, folder).replace(
    "npx arbitex-siem run",
    `"${process.execPath}" -p "JSON.stringify(process.env)"`,
  );
  const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", shown], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
  });
  expect(stderr).toBe("");
  const {
    PATH: _path,
    PWD: _folder,
    SHLVL: _level,
    _: _command,
    ...variables
  } = JSON.parse(stdout) as Record<string, string>;
  expect(Object.keys(variables)).not.toEqual([]);
  return variables;
}

/** With files and credentials that are there. */
function real(text: string, folder: string): string {
  const { cert, key } = testCertificates.client;
  const signing = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;
  return text
    .replaceAll("whsec_…", signing)
    .replaceAll("…", PLACEHOLDER)
    .replaceAll(/\/[\w./-]+\.(?:pem|key|crt)/g, (path) => {
      const target = join(folder, basename(path));
      writeFileSync(target, path.endsWith(".key") ? key : cert);
      return target;
    });
}

function serviceAccount() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    type: "service_account",
    project_id: "my-project",
    private_key_id: "1",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    client_email: "siem@my-project.iam.gserviceaccount.com",
    client_id: "1",
    token_uri: "https://oauth2.googleapis.com/token",
  };
}

describe.each(["packages/core/README.md", "packages/simulators/README.md"])("the first example of %s", (file) => {
  it("runs as it stands", () => {
    const [example] = blocksOf(file, "ts");
    const folder = mkdtempSync(join(ROOT, "tests/documents/.run-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "example.mjs"), example?.text ?? "");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["example.mjs"], {
      cwd: folder,
      encoding: "utf8",
      timeout: 60_000,
    });
    expect(status, stderr).toBe(0);
    expect(stdout).not.toBe("");
  });
});
