import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { parseArgs } from "node:util";
import type { Answers } from "./ask.ts";
import { ask } from "./ask.ts";
import type { ConnectorName } from "./connector-name.ts";
import { readName } from "./connector-name.ts";
import type { Flavour } from "./flavours.ts";
import { flavourNames, flavours, isFlavour } from "./flavours.ts";
import { paintFor } from "./paint.ts";
import { UsageError } from "./usage-error.ts";
import { writePackage } from "./write-package.ts";

/** What the command sees of its process. */
export interface Surroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
}

const HELP = `Usage: npm create @arbitex/connector NAME -- --flavour FLAVOUR

Makes a connector's package in a new folder, arbitex-connector-NAME: it builds, passes the conformance suite, and can be
published. Asks for what is missing when it runs on a terminal.

  NAME                 the SIEM, such as acme-log, or a package's whole name, such as @example/arbitex-connector-acme-log
  --flavour FLAVOUR    what the SIEM takes:
${flavourNames.map((name) => `                         ${name.padEnd(10)} ${flavours[name]}`).join("\n")}
  --help               this text

Exit code: 0 made, 1 not written, 2 wrong usage.
`;

/** Runs one command line; gives the exit code. */
export async function main(words: readonly string[], process: Surroundings): Promise<0 | 1 | 2> {
  const paint = paintFor(process.stderr.isTTY === true, process.env);
  try {
    const wanted = readWords(words);
    if (wanted === "help") {
      process.stdout.write(HELP);
      return 0;
    }
    const { name, flavour } = await complete(wanted, process);
    const folder = resolve(process.cwd(), name.folder);
    const files = await writePackage({ name, flavour, folder });
    process.stdout.write(summary({ name, flavour }, files, process));
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${paint("red", "create-connector:")} ${message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function readWords(words: readonly string[]): Partial<Answers> | "help" {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { flavour: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} Try --help.`);
  }
  const { positionals, values } = parsed;
  if (values.help === true) return "help";
  const [given, extra] = positionals;
  if (extra !== undefined) throw new UsageError(`One name is enough: "${extra}" is too much. Try --help.`);
  const name = given === undefined ? undefined : nameOf(given);
  const flavour = values.flavour === undefined ? undefined : flavourOf(values.flavour);
  return { ...(name && { name }), ...(flavour && { flavour }) };
}

function nameOf(given: string): ConnectorName {
  const name = readName(given);
  if (typeof name === "string") throw new UsageError(name);
  return name;
}

function flavourOf(given: string): Flavour {
  if (isFlavour(given)) return given;
  throw new UsageError(`There is no flavour "${given}". There are: ${flavourNames.join(", ")}.`);
}

async function complete({ name, flavour }: Partial<Answers>, { stdin, stdout, env }: Surroundings): Promise<Answers> {
  if (name !== undefined && flavour !== undefined) return { name, flavour };
  // npm takes what stands before "--" for settings of its own, and passes nothing of it on.
  if (flavour === undefined && env["npm_config_flavour"] !== undefined) {
    throw new UsageError(
      "npm has kept --flavour to itself: write -- before it, as in npm create @arbitex/connector NAME -- --flavour ndjson",
    );
  }
  const missing = [...(name ? [] : ["a NAME"]), ...(flavour ? [] : [`--flavour ${flavourNames.join("|")}`])].join(
    " and ",
  );
  if (stdin.isTTY !== true || stdout.isTTY !== true) {
    throw new UsageError(`${missing} is missing, and there is no terminal to ask on. Try --help.`);
  }
  const answers = await ask({ ...(name && { name }), ...(flavour && { flavour }) }, { input: stdin, output: stdout });
  if (answers === undefined) throw new UsageError(`${missing} is missing: nothing was made.`);
  return answers;
}

const PURPOSE: Readonly<Record<string, string>> = {
  "src/index.ts": "what your SIEM is: settings, bytes, verdicts. Begin here",
  "src/simulator.ts": "a stand-in for your SIEM, for tests",
  "src/conformance.test.ts": "the suite that every connector passes",
};

function summary({ name, flavour }: Answers, files: readonly string[], { stdout, env }: Surroundings): string {
  const paint = paintFor(stdout.isTTY === true, env);
  const width = Math.max(...files.map(({ length }) => length));
  return [
    `${paint("green", "Made")} ${paint("bold", name.packageName)} in ./${name.folder}, for ${flavours[flavour]}.`,
    "",
    ...files.map((file) => {
      const purpose = PURPOSE[file];
      return purpose === undefined ? `  ${file}` : `  ${file.padEnd(width)}  ${paint("dim", purpose)}`;
    }),
    "",
    "Next:",
    `  cd ${name.folder}`,
    "  npm install",
    "  npm test",
    "",
  ].join("\n");
}
