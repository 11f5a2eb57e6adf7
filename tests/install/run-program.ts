import { spawn } from "node:child_process";
import { once } from "node:events";

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a program to its end, whatever its exit code. */
export async function runProgram(
  command: string,
  words: readonly string[],
  { cwd, env }: ProgramOptions,
): Promise<Ended> {
  const child = spawn(command, words, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  await once(child, "close");
  return { exitCode: child.exitCode, stdout, stderr };
}

/** Most characters of each stream in an error: programs say last what went wrong. */
const SHOWN = 2000;

/** The same where only success will do: gives what it wrote to stdout. */
export async function succeed(command: string, words: readonly string[], options: ProgramOptions): Promise<string> {
  const { exitCode, stdout, stderr } = await runProgram(command, words, options);
  if (exitCode === 0) return stdout;
  const shown = [stdout, stderr].map((text) => text.trimEnd().slice(-SHOWN)).join("\n");
  throw new Error(`${command} ${words.join(" ")} ended with ${String(exitCode)}:\n${shown}`);
}
