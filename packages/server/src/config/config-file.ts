import { readFile, stat } from "node:fs/promises";
import { dirname, relative } from "node:path";
import type { Naming } from "@arbitex/core/config";
import { pathText, shownPath } from "@arbitex/core/config";
import { messageOf } from "../message-of.ts";
import type { FilePlaces } from "./file-places.ts";
import type { Environment, Substituted } from "./file-variables.ts";
import { substitute } from "./file-variables.ts";
import { jsonProblem } from "./json-problem.ts";
import type { ConfigProblem } from "@arbitex/core/host";
import { writtenExample } from "./written-example.ts";

/** A configuration file with its variables substituted. */
export interface ConfigFile extends Substituted {
  /** Undefined when there is no file, or it cannot be parsed. */
  readonly content: unknown;
  readonly naming: Naming;
  /** False when there is a file and its content is unknown. */
  readonly isReadable: boolean;
}

const nothing: Substituted = {
  content: undefined,
  fromVariables: new Set(),
  hidden: new Set(),
  unknown: new Set(),
  variables: new Set(),
  problems: [],
};

export const noFile: ConfigFile = { ...nothing, content: {}, naming: { name: pathText }, isReadable: true };

/** Reads a YAML or JSON file and reports all its syntax errors. */
export async function readConfigFile(
  path: string,
  { environment, workingFolder }: { readonly environment: Environment; readonly workingFolder: string },
): Promise<ConfigFile> {
  const file = nearPath(path, workingFolder);
  const isJson = path.endsWith(".json");
  let text: string;
  try {
    if ((await stat(path)).isDirectory()) return unread([cannotRead(file, "it is a folder")]);
    text = await readFile(path, "utf8");
  } catch (error) {
    return unread([cannotRead(file, reasonOf(error))]);
  }

  if (text.includes("\0") || text.includes("\ufffd")) return unread([notUtf8(file)]);
  // Loaded with the first file: what the environment alone configures starts without.
  const [{ LineCounter, parseDocument }, { createFilePlaces }, { syntaxProblems }] = await Promise.all([
    import("yaml"),
    import("./file-places.ts"),
    import("./yaml-problems.ts"),
  ]);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true, merge: true, logLevel: "error" });
  const places: FilePlaces = createFilePlaces(file, lines, () => document);
  const naming: Naming = {
    name: shownPath,
    at: (inner, part) => places.of(inner, part),
    example: (inner, value, node, prefix) => writtenExample(inner, value, node, { isJson, prefix }),
  };
  const wrongJson = isJson ? jsonProblem(text, places) : undefined;
  if (wrongJson !== undefined) return unread([wrongJson]);
  const { problems, isReadable } = syntaxProblems(document, text, places);
  if (!isReadable) return unread(problems);
  let content: unknown;
  try {
    content = document.toJS();
  } catch {
    return unread([tooManyAliases(places)]);
  }
  const substituted = substitute(content, environment, naming);
  return { ...substituted, problems: [...problems, ...substituted.problems], naming, isReadable: true };
}

function unread(problems: readonly ConfigProblem[]): ConfigFile {
  return { ...nothing, problems, naming: { name: pathText }, isReadable: false };
}

/** The path for messages: relative when it is inside the working folder, unless that is the root, which all is inside of. */
function nearPath(path: string, workingFolder: string): string {
  const near = relative(workingFolder, path);
  const isRoot = dirname(workingFolder) === workingFolder;
  return near === "" || near.startsWith("..") || isRoot ? path : near;
}

function cannotRead(file: string, reason: string): ConfigProblem {
  return {
    path: file,
    message: `cannot be read: ${reason}.`,
    fix: "Name a file that is there, and that this user may read, with --config or SIEM_CONFIG.",
  };
}

function notUtf8(file: string): ConfigProblem {
  const message = "is not in UTF-8: it may be in UTF-16, as some editors save text, or no text at all.";
  return { path: file, message, fix: "Save it as UTF-8." };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "this user may not read it",
  ENOTDIR: "a part of its path is no folder",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? messageOf(error);
}

/** Refuses alias bombs: a few lines of anchors can expand to gigabytes. */
function tooManyAliases(places: FilePlaces): ConfigProblem {
  return {
    path: "",
    message: "its anchors stand for more than any configuration needs.",
    fix: "Write out what the anchors stand for.",
    at: places.at(0),
  };
}
