import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { z } from "zod";

/** A file that a connector brings for the SIEM's side. */
export interface SetupFile {
  /** Below the package's folder `setup`, with `/`. */
  readonly name: string;
  readonly path: string;
  readonly content: string;
}

/** A setup file with values of a configuration in it. */
export interface FilledFile extends Pick<SetupFile, "name" | "content"> {
  /** Settings whose values were put in. */
  readonly filled: readonly string[];
}

/** Texts of a file by setting. `{…}` in a text holds what stands there for the setting's value. */
type Places = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What a connector brings for the SIEM's side. */
export interface SetupKit {
  /** Sections of its README about credentials and the SIEM's side, as Markdown; empty when there are none. */
  readonly guide: string;
  readonly files: readonly SetupFile[];
  readonly places: Places;
}

const placesSchema = z
  .looseObject({
    arbitexConnector: z.looseObject({
      setup: z.record(z.string(), z.record(z.string(), z.array(z.string().regex(/^[^{}]*\{[^{}]+\}[^{}]*$/)))),
    }),
  })
  .transform(({ arbitexConnector }): Places => arbitexConnector.setup);

/** Reads the kit of a connector's package. What is missing or malformed is left out: the kit is help, not delivery. */
export async function readSetupKit(packageFolder: string): Promise<SetupKit> {
  const [files, readme, manifest] = await Promise.all([
    readSetupFiles(join(packageFolder, "setup")),
    readFile(join(packageFolder, "README.md"), "utf8").catch(() => ""),
    readFile(join(packageFolder, "package.json"), "utf8").catch(() => "{}"),
  ]);
  return { files, guide: guideIn(readme), places: placesSchema.safeParse(parsed(manifest)).data ?? {} };
}

export async function readSetupFiles(folder: string): Promise<readonly SetupFile[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.toSorted().map(async (path) => ({
      name: path
        .slice(folder.length + 1)
        .split(sep)
        .join("/"),
      path,
      content: await readFile(path, "utf8"),
    })),
  );
}

/** Values that mean the same in every format and shell. Others are left for the reader to put in. */
const PLAIN = /^[\w.:/@*+-]{1,200}$/;

/** Puts a configuration's values into a file, where the connector says that they belong. */
export function filledFile(
  { name, content }: Pick<SetupFile, "name" | "content">,
  places: Places,
  config: Readonly<Record<string, unknown>>,
): FilledFile {
  let text = content;
  const filled: string[] = [];
  for (const [setting, texts] of Object.entries(places[name] ?? {})) {
    const value = plainText(config[setting]);
    if (value === undefined) continue;
    const before = text;
    for (const marked of texts) {
      text = text.replaceAll(marked.replaceAll(/[{}]/g, ""), () => marked.replace(/\{[^{}]+\}/, () => value));
    }
    if (text !== before) filled.push(setting);
  }
  return { name, content: text, filled };
}

function plainText(value: unknown): string | undefined {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && PLAIN.test(text) ? text : undefined;
}

/** Puts a configuration's values into the guide, by the places of the README that it is a part of. */
export function filledGuide({ guide, places }: SetupKit, config: Readonly<Record<string, unknown>>): string {
  return filledFile({ name: "README.md", content: guide }, places, config).content;
}

const ABOUT_SETUP = /\b(?:credentials?|set-?up|side)\b/i;

function guideIn(readme: string): string {
  const sections = readme.split(/^(?=## )/m).slice(1);
  return sections
    .filter((section) => ABOUT_SETUP.test(section.slice(0, section.indexOf("\n"))))
    .map((section) => section.trim())
    .join("\n\n");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
