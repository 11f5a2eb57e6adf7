import type { Document, YAMLError } from "yaml";
import { isScalar, visit } from "yaml";
import type { FilePlaces } from "./file-places.ts";
import type { ConfigProblem } from "@arbitex/core/host";

/** The parser's findings, worded for a reader who does not know YAML well. */
export interface SyntaxProblems {
  readonly problems: readonly ConfigProblem[];
  /** Whether the content is what its author meant despite the errors, so that it can be validated further. */
  readonly isReadable: boolean;
}

/** Errors that do not affect how the rest of the file is read. */
const LOCAL_ERRORS: ReadonlySet<string> = new Set(["DUPLICATE_KEY", "BAD_SCALAR_START", "BAD_DQ_ESCAPE"]);

export function syntaxProblems(document: Document, text: string, places: FilePlaces): SyntaxProblems {
  const { errors, warnings } = document;
  const problems: ConfigProblem[] = [];
  const fatal = errors.find(({ code }) => !LOCAL_ERRORS.has(code));
  for (const error of errors) {
    // Other errors may only be consequences of the fatal one.
    if (error !== fatal && !LOCAL_ERRORS.has(error.code) && error.code !== fatal?.code) continue;
    if (error.code === "UNEXPECTED_TOKEN" && error !== fatal) continue;
    problems.push({ path: "", ...wordsFor(error, text), at: places.at(startOf(error, document)) });
  }
  for (const warning of warnings)
    problems.push({ path: "", ...wordsFor(warning, text), at: places.at(warning.pos[0]) });
  const unresolved = unresolvedAliases(document, places);
  return { problems: [...problems, ...unresolved], isReadable: fatal === undefined && unresolved.length === 0 };
}

type Words = Pick<ConfigProblem, "message" | "fix" | "example">;

function wordsFor({ code, message, pos }: YAMLError, text: string): Words {
  const line = lineAt(text, pos[0]);
  switch (code) {
    case "TAB_AS_INDENT":
      return {
        message: "a tab indents this line, which YAML does not allow.",
        fix: "Indent by spaces, two for each level.",
      };
    case "DUPLICATE_KEY":
      return {
        message: `the key ${keyAt(text, pos[0])}is there twice, and one of the two would be lost.`,
        fix: "Keep one of them, or merge what stands under both.",
      };
    case "BAD_SCALAR_START":
      return {
        message: `a value must not begin with ${text[pos[0]] ?? "that"} unless it is in quotes.`,
        fix: 'Put the value into quotes: "…".',
      };
    case "BAD_DQ_ESCAPE":
      return {
        message: "a backslash in double quotes begins an escape, and there is none such.",
        fix: "Use single quotes, in which a backslash is a backslash: '…'.",
      };
    case "MULTIPLE_DOCS":
      return { message: "--- begins a second document, which nobody would read.", fix: "Remove the line with ---." };
    case "TAG_RESOLVE_FAILED":
      return {
        message: "a value that begins with ! is read as a tag, and there is none here that means anything.",
        fix: "Put it into quotes if it is meant as text. A secret belongs into an environment variable.",
        // oxlint-disable-next-line no-template-curly-in-string
        example: 'token: "${SPLUNK_TOKEN}"',
      };
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        message: 'there are two ": " on this line, so that the value looks like a key.',
        fix: 'Put a value that holds ": " into quotes, or begin a new line.',
      };
    case "MULTILINE_IMPLICIT_KEY":
    case "BLOCK_IN_FLOW":
      return /^[\s-]*[\w.-]+:\S/.test(line)
        ? { message: "a space is missing after the colon.", fix: 'Write "key: value".' }
        : { message: 'this line has no "key: value".', fix: "Write a colon and a space after the key." };
    case "MISSING_CHAR":
      return missing(message);
    case "BAD_INDENT":
    case "UNEXPECTED_TOKEN":
      return unexpected(message, line);
    default:
      return NOT_VALID;
  }
}

function missing(message: string): Words {
  if (/closing .*quote/i.test(message)) {
    return { message: "a text that begins with a quote has none at its end.", fix: "Close it with the same quote." };
  }
  if (/without - indicator/.test(message)) {
    return {
      message: "this line is indented less than the keys above it, so that it belongs to nothing.",
      fix: "Indent it exactly as far as the keys of the same entry.",
    };
  }
  return NOT_VALID;
}

function unexpected(message: string, line: string): Words {
  if (/\$\{/.test(line) && /[{,]\s*[\w-]+:\s*\$\{/.test(line)) {
    return {
      message: "a variable between { and } needs quotes, for its own braces are read as YAML's.",
      fix: "Put it into quotes.",
      // oxlint-disable-next-line no-template-curly-in-string
      example: '{ token: "${SPLUNK_TOKEN}" }',
    };
  }
  if (/Flow (?:map|sequence).*end with/.test(message)) {
    return { message: "a { or [ that was opened before is not closed.", fix: "Close it with } or ]." };
  }
  if (/'.*'\w/.test(line)) {
    return { message: "a quote within quotes ends the text.", fix: "Put the text into the other kind of quotes." };
  }
  if (/All (?:mapping|sequence) items must start at the same column/i.test(message)) {
    return {
      message: "this line is indented otherwise than the lines it belongs with.",
      fix: "Begin all keys of one entry, and all entries of one list, in the same column.",
    };
  }
  return NOT_VALID;
}

/** The parser's own message quotes the text, which may be a secret. */
const NOT_VALID: Words = {
  message: "this is not valid YAML.",
  fix: "Compare the line with those around it: indentation, colons, quotes, brackets. Text that begins with a sign belongs into quotes.",
};

/** An unclosed quote is noticed at the end of the file, but reported where it was opened. */
function startOf({ code, message, pos }: YAMLError, document: Document): number {
  if (code !== "MISSING_CHAR" || !/closing .*quote/i.test(message)) return pos[0];
  let opened = pos[0];
  visit(document, {
    Scalar(_, { type, range }) {
      if (type?.startsWith("QUOTE_") && range) opened = range[0];
    },
  });
  return opened;
}

function unresolvedAliases(document: Document, places: FilePlaces): readonly ConfigProblem[] {
  const anchors = new Set<string>();
  const problems: ConfigProblem[] = [];
  visit(document, {
    Node(_, node) {
      if (isScalar(node) || "items" in node) {
        const { anchor } = node;
        if (anchor !== undefined) anchors.add(anchor);
      }
    },
    Alias(_, { source, range }) {
      if (anchors.has(source)) return;
      problems.push({
        path: "",
        message: "a value that begins with * refers to an anchor, and there is none of this name above.",
        fix: "Put it into quotes if it is meant as text, or mark what is meant with & and the same name.",
        at: places.at(range?.[0] ?? 0),
      });
    },
  });
  return problems;
}

function lineAt(text: string, offset: number): string {
  const from = text.lastIndexOf("\n", offset - 1) + 1;
  const to = text.indexOf("\n", offset);
  return text.slice(from, to === -1 ? undefined : to);
}

/** The key with a space after it; empty when the text does not look like a setting's name. */
function keyAt(text: string, offset: number): string {
  const [, key] = /^["']?([A-Za-z_]{1,40})["']?\s*:/.exec(text.slice(offset, offset + 60)) ?? [];
  return key === undefined ? "" : `"${key}" `;
}
