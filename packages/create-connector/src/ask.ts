import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";
import type { ConnectorName } from "./connector-name.ts";
import { readName } from "./connector-name.ts";
import type { Flavour } from "./flavours.ts";
import { flavourNames, flavours, isFlavour } from "./flavours.ts";

export interface Answers {
  readonly name: ConnectorName;
  readonly flavour: Flavour;
}

/** Asks for what the command line did not say, until it makes sense. Undefined when the input ends. */
export async function ask(
  known: Partial<Answers>,
  { input, output }: { readonly input: Readable; readonly output: Writable },
): Promise<Answers | undefined> {
  const lines = createInterface({ input, output });
  // Lines that were typed or pasted ahead wait here; a question of readline's own would lose them.
  const typed = lines[Symbol.asyncIterator]();
  const say = (text: string) => output.write(`${text}\n`);
  const question = async (text: string): Promise<string | undefined> => {
    output.write(text);
    const { value, done } = await typed.next();
    return done === true ? undefined : value.trim();
  };

  async function askName(): Promise<ConnectorName | undefined> {
    const answer = await question("Name of the SIEM, such as acme-log: ");
    if (answer === undefined) return undefined;
    const name = readName(answer);
    if (typeof name !== "string") return name;
    say(name);
    return askName();
  }

  async function askFlavour(): Promise<Flavour | undefined> {
    const answer = await question(`What it takes (1 to ${flavourNames.length}, or the name): `);
    if (answer === undefined) return undefined;
    const chosen = flavourNames[Number(answer) - 1] ?? answer;
    if (isFlavour(chosen)) return chosen;
    say(`"${chosen}" is none of them.`);
    return askFlavour();
  }

  try {
    const name = known.name ?? (await askName());
    if (name === undefined) return undefined;
    if (known.flavour === undefined) {
      for (const [at, flavour] of flavourNames.entries())
        say(`  ${at + 1}  ${flavour.padEnd(10)} ${flavours[flavour]}`);
    }
    const flavour = known.flavour ?? (await askFlavour());
    return flavour === undefined ? undefined : { name, flavour };
  } finally {
    lines.close();
  }
}
