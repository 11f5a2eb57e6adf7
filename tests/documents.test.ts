import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes } from "@arbitex/core";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

function documents(): string[] {
  const guides = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`);
  return [
    "README.md",
    ...guides.map((name) => `docs/${name}`),
    ...packages.filter((name) => existsSync(join(root, name)) && !name.includes("testkit")),
  ];
}

/** The sources of the packages, whose doc comments hold examples. */
function sources(): string[] {
  return readdirSync(join(root, "packages")).flatMap((name) => {
    const folder = `packages/${name}/src`;
    if (!existsSync(join(root, folder))) return [];
    return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("generated/"))
      .map((file) => `${folder}/${file}`);
  });
}

/** Blocks of TypeScript in a document, or in the doc comments of a source. */
function examplesIn(text: string): string[] {
  const inDocument = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ""]) => code);
  const inComments = [...text.matchAll(/^ *\* ```ts\n(.*?)^ *\* ```/gms)].map(([, code = ""]) =>
    code.replaceAll(/^ *\* ?/gm, ""),
  );
  return [...inDocument, ...inComments];
}

/** Exports that authors and embedders use most. */
const shownByExample = [
  "defineConnector in packages/core/src/connector/connector.ts",
  "secret in packages/core/src/connector/secret.ts",
  "httpSink in packages/core/src/transport/http-sink.ts",
  "httpClient in packages/core/src/transport/http-client.ts",
  "tcpSink in packages/core/src/transport/tcp-sink.ts",
  "classifyStatus in packages/core/src/transport/classify-status.ts",
  "createHost in packages/core/src/host/host.ts",
  "openDiskQueueStore in packages/core/src/delivery/queue/disk/disk-queue-store.ts",
  "createEventBuilders in packages/core/src/ocsf/builders/event-builders.ts",
  "validate in packages/core/src/ocsf/validate.ts",
];

describe("the documents", () => {
  it("explain every error code, and none that there is not", () => {
    const explained = [...readFileSync(join(root, "docs/errors.md"), "utf8").matchAll(/^\| `(SIEM_[A-Z_]+)`/gm)];
    expect(explained.map(([, code]) => code)).toEqual([...errorCodes]);
  });

  it("repeat what the code says", () => {
    execFileSync(process.execPath, ["scripts/generate-docs.mjs", "--check"], { cwd: root, stdio: "pipe" });
  });

  it("date the first event when it is posted: Datadog drops what is older than a day", () => {
    const command = /^curl [^]*?-d ('\{[^]*?\}')$/m.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1] ?? "";
    const event = JSON.parse(execFileSync("sh", ["-c", `printf %s ${command}`], { encoding: "utf8" }));
    expect(Math.abs(event.time - Date.now())).toBeLessThan(60_000);
  });

  it.each(shownByExample)("show %s by an example", (shown) => {
    const [name, file = ""] = shown.split(" in ");
    const text = readFileSync(join(root, file), "utf8");
    const declared = text.search(new RegExp(`^export (?:async )?function ${name}\\b`, "m"));
    const comment = text.slice(text.lastIndexOf("\n/**\n", declared), declared);
    expect(comment).toMatch(/ \* @example\n \* ```ts\n.* \* ```\n \*\/\n$/s);
  });

  it("show TypeScript that compiles", () => {
    const folder = join(root, "tests/.document-examples");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    let count = 0;
    for (const name of [...documents(), ...sources()]) {
      for (const code of examplesIn(readFileSync(join(root, name), "utf8"))) {
        const file = `${name.replaceAll(/\W/g, "-")}-${count++}.ts`;
        writeFileSync(join(folder, file), `${code}\nexport {};\n`);
      }
    }
    expect(count).toBeGreaterThan(2 + shownByExample.length);
    const options = { noEmit: true, composite: false, noUnusedLocals: false };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../tsconfig.base.json", compilerOptions: options, include: ["*.ts"] }),
    );
    try {
      execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { stdio: "pipe" });
    } catch (error) {
      expect.fail(error instanceof Error && "stdout" in error ? String(error.stdout) : String(error));
    }
    rmSync(folder, { recursive: true });
  });
});
