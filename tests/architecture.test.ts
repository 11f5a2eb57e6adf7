import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

interface Import {
  /** The importing file, from the repository's root. */
  readonly file: string;
  readonly from: string;
}

function importsUnder(folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts"))
    .flatMap((name) => {
      const path = join(root, folder, name);
      const lines = readFileSync(path, "utf8").matchAll(
        /^(?:import|export)\s[^;]*?from\s+"([^"]+)";|^import\s+"([^"]+)";/gm,
      );
      return [...lines].map(([, named, bare]) => ({ file: relative(root, path), from: named ?? bare ?? "" }));
    });
}

function allImports(): Import[] {
  return readdirSync(join(root, "packages")).flatMap((name) => importsUnder(`packages/${name}/src`));
}

/** What an import of a neighbouring file points to, from the package's sources. */
function insideOf(sources: string, { file, from }: Import): string {
  return relative(sources, join(file, "..", from));
}

function insideCore(line: Import): string {
  return insideOf("packages/core/src", line);
}

/**
 * The floors of a package, from the ground up: folders end with a slash, files do not. A file stands on the floor of the
 * longest entry that names it, and imports only from its own floor and those below.
 */
const floors: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "packages/core/src": [
    ["errors.ts", "clock.ts", "semaphore.ts", "fair-turns.ts", "nearest.ts", "telemetry/", "ocsf/"],
    ["files/", "event/"],
    ["connector/", "syslog/", "filter/"],
    ["redaction/"],
    ["transport/"],
    ["delivery/delivery-settings.ts"],
    ["delivery/dead-letters/"],
    ["delivery/queue/"],
    ["delivery/transmit/"],
    ["delivery/pipeline/"],
    ["delivery/intake/"],
    ["enrichment/", "delivery/replay/"],
    ["host/parts.ts", "host/secrets/", "host/connectors/"],
    ["host/config/"],
    ["host/workers/", "host/taps/"],
    ["host/destinations/"],
    ["host/"],
    ["index.ts"],
  ],
  "packages/server/src": [
    ["message-of.ts", "moment.ts", "own-version.ts", "usage-error.ts", "within.ts", "reading/"],
    ["config/"],
    ["database/"],
    ["access/"],
    ["cluster/"],
    ["organisations/", "activity/"],
    ["dead-letters/", "bundle/", "outgoing/", "verify/"],
    ["http/"],
    ["api/"],
    ["service/"],
    ["control/"],
    ["cli/terminal/"],
    ["cli/account/"],
    ["cli/"],
    ["index.ts"],
  ],
  "packages/console/src": [
    ["strings/", "styles/", "api/"],
    ["state/"],
    ["parts/"],
    ["settings/", "outgoing/"],
    ["pages/"],
    ["app/"],
    ["element.ts"],
  ],
};

/** The number of a file's floor; undefined where it stands on none. */
function floorOf(sources: string, file: string): number | undefined {
  const standing = (floors[sources] ?? []).flatMap((entries, floor) =>
    entries
      .filter((entry) => (entry.endsWith("/") ? file.startsWith(entry) : file === entry))
      .map((entry) => ({ floor, length: entry.length })),
  );
  return standing.toSorted((one, other) => other.length - one.length)[0]?.floor;
}

const AUTHORS_API = new Set(["@arbitex/core", "@arbitex/core/ocsf", "@arbitex/core/syslog"]);
/** Words that others have replaced: CONTRIBUTING.md says by which. They stay out of code, comments, test titles and file names. */
const formerWord = /^(?:door|lane|piece|carrier|parcel|deed|mend|mended|mending|bury|buries|buried|burial)s?$/;

/** What commands and their output are called for one more release. */
const keptNames = new Set(["bury", "buried", "mendings"]);

/** Names that hold such a word: `openDoor`, `DOOR_LIMITS` and `door-limits` do, `Backdoor` does not. */
function formerNamesIn(text: string): string[] {
  return (text.replaceAll("\\n", " ").match(/[A-Za-z][\w-]*/g) ?? []).filter((name) => {
    if (keptNames.has(name)) return false;
    const words = name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g)?.map((word) => word.toLowerCase()) ?? [];
    // A letter alone may be one of the alphabet.
    const isLetter = (word: string, at: number) =>
      /^letters?$/.test(word) && words[at - 1] !== "dead" && words.length > 1;
    return words.some((word, at) => formerWord.test(word) || isLetter(word, at));
  });
}

/** Words that leave open who is meant: a comment names the tenant, the operator, the caller. */
const vagueWord = /\b(?:nobody|somebody|who(?:so)?ever|wherein|thereof)\b/i;

/** Lines of a source that are comments, in whole. */
function commentsIn(text: string): string[] {
  return text.match(/^ *(?:\/\/|\/\*\*|\*).*$/gm) ?? [];
}

function sourcesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:tsx?|mjs)$/.test(name) && !/(?:^|\/)(?:node_modules|dist|generated)\//.test(name))
    .map((name) => join(folder, name));
}

const connectors = readdirSync(join(root, "packages")).filter((name) => name.startsWith("connector-"));

describe("the architecture", () => {
  it("finds the imports it judges", () => {
    expect(importsUnder("packages/core/src").length).toBeGreaterThan(100);
    expect(connectors.length).toBeGreaterThan(1);
  });

  it.each(connectors)("lets %s import the author's API and nothing else of ours", (name) => {
    const ours = importsUnder(`packages/${name}/src`).filter(({ from }) => from.startsWith("@arbitex/"));
    expect(ours.filter(({ from }) => !AUTHORS_API.has(from))).toEqual([]);
  });

  it("loads nothing of a command before it is called", () => {
    const syntax = readdirSync(join(root, "packages/server/src/cli/syntax")).filter((name) => !name.includes(".test."));
    const early = syntax.flatMap((name) => {
      const text = readFileSync(join(root, "packages/server/src/cli/syntax", name), "utf8");
      return [...text.matchAll(/^import (?!type\b)[^;]*? from "([^"]+)";/gm)].map(([, from]) => `${name}: ${from}`);
    });
    expect(early.filter((line) => !/: (?:commander|\.\.\/shared\/registration\.ts)$/.test(line))).toEqual([]);
    expect(early.length).toBeGreaterThan(syntax.length);
  });

  it.each([
    ["simulators", ["core"]],
    ["testkit", ["core", "simulators"]],
    ["server", ["core", "queue-kafka", "simulators"]],
    ["queue-kafka", ["core"]],
    ["create-connector", []],
    ["console", []],
  ])("lets %s import %s and nothing else of ours", (name, allowed) => {
    const ours = importsUnder(`packages/${name}/src`).flatMap(({ from }) => /^@arbitex\/([^/]+)/.exec(from)?.[1] ?? []);
    expect([...new Set(ours)].filter((other) => !allowed.includes(other))).toEqual([]);
  });

  it.each(Object.keys(floors))("lets no import of %s run upward", (sources) => {
    const own = importsUnder(sources).filter(({ from }) => from.startsWith("."));
    expect(own.length).toBeGreaterThan(100);
    const files = new Set(own.flatMap((line) => [relative(sources, line.file), insideOf(sources, line)]));
    expect([...files].filter((file) => floorOf(sources, file) === undefined)).toEqual([]);
    const upward = own.filter((line) => {
      const [importing, imported] = [relative(sources, line.file), insideOf(sources, line)];
      return Number(floorOf(sources, imported)) > Number(floorOf(sources, importing));
    });
    expect(upward).toEqual([]);
  });

  it("keeps delivery free of the host and of connectors", () => {
    const wrong = importsUnder("packages/core/src/delivery").filter(
      (line) => insideCore(line).startsWith("host/") || line.from.startsWith("@arbitex/"),
    );
    expect(wrong).toEqual([]);
  });

  it("keeps ocsf free of everything else of ours", () => {
    const own = importsUnder("packages/core/src/ocsf").filter(
      ({ from }) => from.startsWith(".") || from.startsWith("@arbitex/"),
    );
    expect(own.filter((line) => !insideCore(line).startsWith("ocsf/"))).toEqual([]);
  });

  it("lets only one file know the injection container", () => {
    const knowing = allImports().filter(({ from }) => from === "tsyringe");
    expect([...new Set(knowing.map(({ file }) => file))]).toEqual(["packages/core/src/host/compose.ts"]);
  });

  it("keeps the deciding files free of input, output, clock and chance", () => {
    const pure = allImports().filter(({ file }) =>
      /\/(?:settle|retry-policy|framing|classify-[a-z]+|encode)\.ts$/.test(file),
    );
    const doing = pure.filter(({ from }) => /^node:(?!buffer$)/.test(from) || from === "undici");
    expect(doing).toEqual([]);
    for (const file of new Set(pure.map((line) => line.file))) {
      expect(readFileSync(join(root, file), "utf8"), file).not.toMatch(/Date\.now|Math\.random|setTimeout|process\./);
    }
  });

  it("calls nothing by a word that another has replaced", () => {
    const folders = readdirSync(join(root, "packages")).flatMap((name) =>
      ["src", "test", "scripts"].map((folder) => `packages/${name}/${folder}`),
    );
    const sources = [...folders, "bench/src", "faults/src", "scripts", "tests"]
      .filter((folder) => existsSync(join(root, folder)))
      .flatMap(sourcesUnder)
      .filter((file) => file !== "tests/architecture.test.ts");
    expect(sources.length).toBeGreaterThan(500);
    const found = sources.flatMap((file) =>
      [...new Set(formerNamesIn(`${file}\n${readFileSync(join(root, file), "utf8")}`))].map(
        (word) => `${file}: ${word}`,
      ),
    );
    expect(found).toEqual([]);
  });

  it.each(readdirSync(join(root, "packages")))("says in comments of %s who or what is meant", (name) => {
    const files = sourcesUnder(`packages/${name}/src`).filter((file) => !file.endsWith(".test.ts"));
    expect(files.length).toBeGreaterThan(1);
    const found = files.flatMap((file) =>
      commentsIn(readFileSync(join(root, file), "utf8"))
        .filter((comment) => vagueWord.test(comment))
        .map((comment) => `${file}: ${comment.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it("names no registry in the lockfile", () => {
    expect(readFileSync(join(root, "pnpm-lock.yaml"), "utf8")).not.toMatch(/https?:|tarball:/);
  });
});
