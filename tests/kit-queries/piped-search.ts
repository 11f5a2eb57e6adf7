/** What a language of piped searches has, from its vendor's documentation: as much as the kits use. */
export interface PipedLanguage {
  /** Commands a stage may begin with. */
  readonly commands: readonly string[];
  /** Functions by name: least and most arguments. */
  readonly functions: Readonly<Record<string, readonly [least: number, most: number]>>;
  /** Names that a stage leaves where it leaves no others; undefined where those before stay. */
  readonly leaves: (stage: string) => readonly string[] | undefined;
  /** Names that a stage adds. */
  readonly adds: (stage: string) => readonly string[];
  /** Where a stage only compares and computes: the text whose names must be there. */
  readonly reads: (stage: string) => string | undefined;
  /** Words that are no names. */
  readonly words: readonly string[];
}

/** What is wrong with one search: unbalanced text, unknown commands and functions, names that nothing made. */
export function searchProblems(search: string, language: PipedLanguage): readonly string[] {
  const bare = withoutTexts(search);
  if (bare === undefined) return ["a quotation mark or bracket is not closed"];
  const problems: string[] = [];
  let names: Set<string> | undefined;
  const [, ...stages] = bare.split("|").map((stage) => stage.trim());
  for (const stage of stages) {
    const command = /^[a-z_]+/i.exec(stage)?.[0] ?? "";
    if (!language.commands.includes(command)) problems.push(`no command: ${stage}`);
    for (const [name, count] of callsOf(stage)) {
      const [least, most] = language.functions[name] ?? [1, 0];
      if (count < least || count > most) problems.push(`${name} with ${count} arguments: ${stage}`);
    }
    const read = language.reads(stage);
    if (names !== undefined && read !== undefined) {
      for (const name of namesIn(read, language)) if (!names.has(name)) problems.push(`nothing made ${name}: ${stage}`);
    }
    const left = language.leaves(stage);
    if (left !== undefined) names = new Set(left);
    for (const name of language.adds(stage)) names?.add(name);
  }
  return problems;
}

/** The search with its texts emptied and single-quoted names bare; undefined where something is not closed. */
function withoutTexts(search: string): string | undefined {
  const bare = search.replaceAll(/"(?:\\.|[^"\\])*"/g, '""').replaceAll(/matches \/[^/]+\//g, 'matches ""');
  let depth = 0;
  for (const character of bare) {
    if (character === "(") depth++;
    if (character === ")" && --depth < 0) return undefined;
  }
  return depth === 0 && !bare.replaceAll('""', "").includes('"') ? bare : undefined;
}

/** Each call with the number of its arguments. */
function callsOf(stage: string): readonly (readonly [name: string, count: number])[] {
  return Array.from(stage.matchAll(/\b([a-z_]+)\(/gi), ({ 1: name = "", 0: call, index }) => {
    let depth = 1;
    let count = 1;
    let at = index + call.length;
    if (stage[at] === ")") return [name, 0] as const;
    for (; depth > 0 && at < stage.length; at++) {
      const character = stage[at];
      if (character === "(") depth++;
      else if (character === ")") depth--;
      else if (character === "," && depth === 1) count++;
    }
    return [name, count] as const;
  });
}

function namesIn(text: string, { words, functions }: PipedLanguage): readonly string[] {
  const found = text.replaceAll('""', " ").match(/[a-z_][\w.{}]*(?!\()\b/gi) ?? [];
  return found.filter((name) => !words.includes(name) && !Object.hasOwn(functions, name));
}
