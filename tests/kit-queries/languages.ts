import type { PipedLanguage } from "./piped-search.ts";

/** Reads `if/3 lower/1 in/2+`: functions with how many arguments they take. */
function functions(text: string): PipedLanguage["functions"] {
  return Object.fromEntries(
    text.split(" ").map((one) => {
      const [, name = "", least, more] = /^(\w+)\/(\d)(\+?)$/.exec(one) ?? [];
      return [name, [Number(least), more === "+" ? 99 : Number(least)]];
    }),
  );
}

function words(text: string): readonly string[] {
  return text.split(" ");
}

function aliases(stage: string): string[] {
  return Array.from(stage.matchAll(/\bas ([\w]+)/gi), ([, name = ""]) => name);
}

/** Names after the last `by`. */
function groups(stage: string): string[] {
  const [, list = ""] = /.*\bby (.+?)(?: sort .*)?$/i.exec(stage) ?? [];
  return list.split(/[\s,]+/);
}

function assigned(stage: string): string[] {
  return Array.from(stage.matchAll(/(?:^\w+ |, ?)(\w+) ?= ?(?!=)/g), ([, name = ""]) => name);
}

function bodyOf(stage: string): string {
  return stage.replace(/^\w+ /, "");
}

/** Splunk's search language. */
export const spl: PipedLanguage = {
  commands: words("bin dedup eval rename sort stats streamstats table where"),
  functions: functions(
    "coalesce/1+ if/3 in/2+ isnotnull/1 isnull/1 lower/1 match/2 now/0 null/0 relative_time/2 count/1 dc/1 eval/1 last/1 max/1 min/1 sum/1 values/1",
  ),
  leaves: (stage) => (stage.startsWith("stats ") ? [...aliases(stage), ...groups(stage), "count"] : undefined),
  adds: (stage) =>
    stage.startsWith("eval ") ? assigned(stage) : stage.startsWith("streamstats ") ? aliases(stage) : [],
  reads: (stage) =>
    /^(?:where|table|sort) /.test(stage)
      ? bodyOf(stage)
      : stage.startsWith("eval ")
        ? bodyOf(stage).replaceAll(/\w+ ?=(?!=)/g, "")
        : undefined,
  words: words("AND OR NOT BY AS"),
};

/** Sumo Logic's. An expression with an alias is a stage of its own. */
export const sumo: PipedLanguage = {
  commands: words(
    "count count_distinct diff fields first if json max min num sort sum timeslice where _messagetime number",
  ),
  functions: functions(
    "if/3 isBlank/1 isEmpty/1 now/0 num/1 toLowerCase/1 in/1+ count_distinct/1 first/1 max/1 min/1 sum/1",
  ),
  leaves: (stage) =>
    /^(?:count|count_distinct|first|max|min|sum)\b/.test(stage)
      ? [...aliases(stage), ...groups(stage), "_count"]
      : undefined,
  adds: (stage) => (/^(?:count|count_distinct|first|max|min|sum)\b/.test(stage) ? [] : aliases(stage)),
  reads: (stage) =>
    /^(?:where|fields|sort by) /.test(stage) ? stage.replace(/^(?:where|fields|sort by) /, "") : undefined,
  words: words("and or in matches asc desc not"),
};

/** Cortex XSIAM's. */
export const xql: PipedLanguage = {
  commands: words("alter comp dedup fields filter sort windowcomp"),
  functions: functions("add/2 subtract/2 if/3 to_integer/1 current_time/0 timestamp_diff/3 count/0 lag/1 max/1 sum/1"),
  leaves: (stage) => (stage.startsWith("comp ") ? [...aliases(stage), ...groups(stage)] : undefined),
  adds: (stage) =>
    stage.startsWith("alter ") ? assigned(stage) : stage.startsWith("windowcomp ") ? aliases(stage) : [],
  reads: (stage) => (/^(?:filter|fields|sort|dedup) /.test(stage) ? bodyOf(stage) : undefined),
  words: words("and or null asc desc not"),
};
