import { createProgram } from "../../packages/server/src/cli/program.ts";
import { processTerminal } from "../../packages/server/src/cli/terminal/terminal.ts";

type Command = ReturnType<typeof createProgram>["program"];

/** Where a shell calls the command, and not a folder or a user of that name. */
export const CALL = /(?:^|npx |\.bin\/|exec siem |\$\()arbitex-siem(?=\s|$)/;

const { program } = createProgram(processTerminal());

/** What is wrong with a line that calls `arbitex-siem`: a command or an option that there is not. */
export function commandProblem(line: string): string | undefined {
  const words = wordsOf(line);
  let command: Command = program;
  while (command.commands.length > 0 && words[0] !== undefined && !words[0].startsWith("-")) {
    const [name = ""] = words.splice(0, 1);
    const next = command.commands.find((other) => other.name() === name || other.aliases().includes(name));
    if (next === undefined) return `${line}: there is no command ${name}`;
    command = next;
  }
  const known = new Set(["--help", "--version", ...command.options.flatMap(({ long, short }) => [long, short])]);
  const unknown = words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.replace(/=.*/, ""))
    .find((option) => !known.has(option));
  return unknown === undefined ? undefined : `${line}: ${command.name()} has no option ${unknown}`;
}

/** From behind the command's name to where the shell goes on with something else. */
function wordsOf(line: string): string[] {
  const [, rest = ""] = line.split(CALL);
  return (rest.split(/[;|&)>]/, 1)[0] ?? "").split(/\s+/).filter(Boolean);
}
