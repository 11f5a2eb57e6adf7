// What a user would find wrong with a package as it is packed: its own page, its licence, its links and its source maps.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

/** Problems of an unpacked package, each with its place and what is wanted there. `root` is the repository's manifest. */
export function packedProblems(folder, root) {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder, { recursive: true }).map(String);
  return [
    ...manifestProblems(manifest, root),
    ...readmeProblems(folder),
    ...files.filter((name) => name.endsWith(".md")).flatMap((name) => linkProblems(folder, name)),
    ...files.filter((name) => name.endsWith(".map")).flatMap((name) => mapProblems(folder, name)),
    ...files.filter((name) => /^dist.*\.test\.|\.tsbuildinfo$/.test(name)).map((name) => `${name}: is not for users`),
  ];
}

function manifestProblems({ name, description, license, homepage, repository, bugs, keywords = [], ...rest }, root) {
  const folder = `packages/${name.replace(/^@[^/]+\//, "")}`;
  const page = root.homepage.replace("#readme", "");
  const problems = [];
  const want = (key, is, wanted) => {
    if (JSON.stringify(is) !== JSON.stringify(wanted)) {
      problems.push(`package.json: ${key} is ${JSON.stringify(is)}, expected ${JSON.stringify(wanted)}`);
    }
  };
  want("license", license, root.license);
  want("homepage", homepage, `${page}/tree/main/${folder}#readme`);
  want("repository", repository, { ...root.repository, directory: folder });
  want("bugs", bugs, root.bugs);
  if (!description) problems.push("package.json: has no description");
  if (keywords.length < 3) problems.push("package.json: has fewer than three keywords");
  for (const [group, ranges] of Object.entries(rest)) {
    if (!/dependencies$/i.test(group) || group === "devDependencies") continue;
    for (const [other, range] of Object.entries(ranges)) {
      if (String(range).startsWith("workspace:")) problems.push(`package.json: ${group}.${other} is ${range}`);
    }
  }
  return problems;
}

function readmeProblems(folder) {
  const problems = ["README.md", "LICENSE"]
    .filter((name) => !existsSync(join(folder, name)))
    .map((name) => `${name}: is not there`);
  if (problems.length > 0) return problems;
  const text = readFileSync(join(folder, "README.md"), "utf8");
  const example = text.search(/^```(?:sh|ts)\n/m);
  if (example < 0 || text.slice(0, example).split("\n").length > 12) {
    problems.push("README.md: does not begin with an example");
  }
  return problems;
}

/** Links of a document must lead to a file of the package, or be whole addresses. */
function linkProblems(folder, name) {
  const text = readFileSync(join(folder, name), "utf8").replaceAll(/^```[^]*?^```/gm, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^(?:https?:|mailto:|#)/.test(target))
    .filter((target) => !existsSync(join(folder, dirname(name), target.split("#")[0])))
    .map((target) => `${name}: links to ${target}, which the package does not have; write a whole address`);
}

/** A source map carries its sources: the files that it names are not shipped. */
function mapProblems(folder, name) {
  const { sources, sourcesContent } = JSON.parse(readFileSync(join(folder, name), "utf8"));
  const lost = sources.filter((source, at) => {
    return sourcesContent?.[at] === undefined && !existsSync(join(folder, dirname(name), source));
  });
  return lost.map(
    (source) => `${name}: points to ${relative(folder, join(folder, dirname(name), source))}, which is not shipped`,
  );
}
