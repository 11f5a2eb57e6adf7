const FUNCTIONS = ["COUNT", "DATEFORMAT", "MAX", "MIN", "NOW", "SUM", "UNIQUECOUNT"];
const CLAUSES =
  /^SELECT (?<columns>[^]+?)\s+FROM events WHERE (?<where>[^]+?)(?:\s+GROUP BY (?<groups>[^]+?))?(?:\s+HAVING (?<having>[^]+?))?(?:\s+ORDER BY (?<order>\w+))? LAST \d+ (?:MINUTES|HOURS|DAYS)$/;

/** What is wrong with a search in QRadar's AQL, from IBM's description: order of clauses, brackets, functions, names. */
export function arielProblems(search: string): readonly string[] {
  const { columns, where, groups = "", having = "", order = "" } = CLAUSES.exec(search.trim())?.groups ?? {};
  if (columns === undefined || where === undefined)
    return ["the clauses are not SELECT FROM WHERE GROUP HAVING ORDER LAST"];
  const bare = search.replaceAll(/'[^']*'|"[^"]*"/g, "''");
  const problems = [];
  if (bare.split("(").length !== bare.split(")").length) problems.push("a bracket is not closed");
  for (const [, name = ""] of bare.matchAll(/\b(\w+)\(/g))
    if (!FUNCTIONS.includes(name)) problems.push(`no function: ${name}`);
  if (bare.split(/\bIF\b/).length !== bare.split(/\bTHEN\b/).length) problems.push("an IF has no THEN");
  if (bare.split(/\bIF\b/).length !== bare.split(/\bELSE\b/).length) problems.push("an IF has no ELSE");
  const aliases = new Set(Array.from(columns.matchAll(/ AS (\w+)/g), ([, alias = ""]) => alias));
  // HAVING and ORDER BY see the aliases of the columns, and nothing else.
  for (const name of `${having} ${order}`.match(/\b[a-z_]\w*/g) ?? []) {
    if (!aliases.has(name) && !groups.includes(name)) problems.push(`nothing made ${name}`);
  }
  for (const group of groups === "" ? [] : groups.split(/,\s*/)) {
    if (!columns.includes(group)) problems.push(`${group} is grouped by and not selected`);
  }
  return problems;
}
