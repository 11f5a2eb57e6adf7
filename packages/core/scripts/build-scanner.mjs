// Writes src/event/scan/generated/: what is in scanner/, compiled to WebAssembly.
// `node scripts/build-scanner.mjs` writes; with `--check` it only tells whether the files are current (exit code 1 if not).
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const OPTIONS = "--runtime stub --enable simd --initialMemory 16 -O3 --converge --noAssert";
const packageFolder = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = [
  { source: "scan.ts", file: "scanner-binary.ts", constant: "scannerBinary" },
  { source: "canonical.ts", file: "canonical-binary.ts", constant: "canonicalBinary" },
];

for (const { source, file, constant } of modules) {
  const target = join(packageFolder, "src/event/scan/generated", file);
  const text = `// Written by scripts/build-scanner.mjs from scanner/*.ts.
export const ${constant} =
${linesOf(await compiled(source))};
`;
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    process.stdout.write(`${relative(process.cwd(), target)} written\n`);
  } else if (readFileSync(target, "utf8") !== text) {
    process.stderr.write(`${file} is not current: run node packages/core/scripts/build-scanner.mjs\n`);
    process.exitCode = 1;
  }
}

/** A module's bytes in base64. */
async function compiled(source) {
  const binary = {};
  /** @type {{ error: Error | null, stderr: { toString(): string } }} */
  const { error, stderr } = await asc.main(
    [source, "--baseDir", join(packageFolder, "scanner"), "--outFile", "module.wasm", ...OPTIONS.split(" ")],
    { writeFile: (name, contents) => (binary[name] = contents) },
  );
  if (error !== null) throw new Error(`${source} cannot be compiled: ${stderr.toString()}`, { cause: error });
  return Buffer.from(binary["module.wasm"]).toString("base64");
}

function linesOf(base64) {
  return base64
    .match(/.{1,110}/g)
    .map((line) => `  "${line}"`)
    .join(" +\n");
}
