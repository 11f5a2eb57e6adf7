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

  it("show TypeScript that compiles", () => {
    const folder = join(root, "tests/.document-examples");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    let count = 0;
    for (const name of documents()) {
      const blocks = readFileSync(join(root, name), "utf8").matchAll(/^```ts\n(.*?)^```/gms);
      for (const [, code = ""] of blocks) {
        const file = `${name.replaceAll(/\W/g, "-")}-${count++}.ts`;
        writeFileSync(join(folder, file), `${code}\nexport {};\n`);
      }
    }
    expect(count).toBeGreaterThan(2);
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
