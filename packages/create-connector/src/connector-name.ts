/** All names of a new connector, made of the one that its author gave. */
export interface ConnectorName {
  /** `arbitex-connector-acme-log`, with its scope if it has one. */
  readonly packageName: string;
  /** The package's name without its scope. */
  readonly folder: string;
  /** `acme-log` */
  readonly kebab: string;
}

const PREFIX = "arbitex-connector-";
/** What a name may begin with and does not need: it is in the package's name anyhow. */
const SPARE = /^(?:arbitex-)?connector-/;
const KEBAB = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const SCOPE = /^@[a-z0-9][a-z0-9._-]*$/;
/** npm's own limit. */
const MAX_LENGTH = 214;

/** Reads `acme-log`, `arbitex-connector-acme-log` or `@example/arbitex-connector-acme-log`; a text says what is wrong. */
export function readName(given: string): ConnectorName | string {
  const parts = given.split("/");
  const scope = parts.length > 1 ? parts.shift() : undefined;
  const last = parts.join("/");
  const kebab = last.replace(SPARE, "");
  if (scope !== undefined && !SCOPE.test(scope)) return `"${scope}" is no npm scope: write it as in @example/acme-log.`;
  if (!KEBAB.test(kebab)) {
    return `"${given}" is no name for a connector: use small letters, digits and single hyphens, a letter first, as in acme-log.`;
  }
  const folder = `${PREFIX}${kebab}`;
  const packageName = scope === undefined ? folder : `${scope}/${folder}`;
  if (packageName.length > MAX_LENGTH) return `"${packageName}" is too long: npm allows ${MAX_LENGTH} characters.`;
  return { packageName, folder, kebab };
}

/** What stands in the template for each form of the name, and what takes its place. The order is that of replacement. */
export function wordsOf({ packageName, kebab }: ConnectorName): readonly (readonly [template: string, own: string])[] {
  const words = kebab.split("-");
  const capitalised = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const [first = "", ...others] = capitalised;
  const camel = `${first.charAt(0).toLowerCase()}${first.slice(1)}${others.join("")}`;
  return [
    ["arbitex-connector-acme-log", packageName],
    ["acme-log", kebab],
    ["acme_log", words.join("_")],
    ["ACME_LOG", words.join("_").toUpperCase()],
    // A name of one word may be a word of the language, such as class, or a name of the template.
    ["acmeLog", others.length === 0 ? `${camel}Connector` : camel],
    ["AcmeLog", capitalised.join("")],
    ["Acme Log", capitalised.join(" ")],
  ];
}
