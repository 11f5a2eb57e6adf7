// Which documents of the repository are pages of the site, in which order. What is not named here is found all the same.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Sections of the navigation; `*` stands for all the others of a folder. */
const SECTIONS = [
  { title: "Start", files: ["README.md", "docs/start.md"] },
  { title: "Deploy and operate", files: ["deploy/README.md", "docs/operate.md", "docs/kafka.md", "docs/outpost.md"] },
  {
    title: "Configure",
    files: ["docs/configuration.md", "docs/filters.md", "docs/database.md", "docs/api.md", "docs/live-destinations.md"],
  },
  { title: "Connectors", files: ["docs/connectors.md", "packages/connector-*/README.md"] },
  {
    title: "Guarantees",
    files: ["docs/guarantees.md", "docs/conformance.md", "docs/faults.md", "docs/performance.md"],
  },
  {
    title: "Write a connector",
    files: [
      "docs/writing-a-connector.md",
      "packages/create-connector/README.md",
      "packages/testkit/README.md",
      "packages/simulators/README.md",
    ],
  },
  {
    title: "Embed",
    files: ["docs/embed.md", "examples/README.md", "packages/core/README.md", "packages/server/README.md"],
  },
  { title: "Look up", files: ["docs/faq.md", "docs/errors.md", "docs/ocsf.md", "docs/*.md", "packages/*/README.md"] },
  {
    title: "Inside",
    files: ["docs/architecture.md", "docs/queue-format.md", "docs/decisions/README.md", "docs/decisions/*.md"],
  },
  { title: "Contribute", files: ["CONTRIBUTING.md", "SECURITY.md"] },
];

/** Sections with the files that are there, each file once: where it is named, before where a star finds it. */
export function sections(root) {
  const named = new Set(SECTIONS.flatMap(({ files }) => files));
  const seen = new Set();
  return SECTIONS.map(({ title, files }) => ({
    title,
    files: files
      .flatMap((file) => (file.includes("*") ? found(root, file).filter((name) => !named.has(name)) : [file]))
      .filter((file) => existsSync(join(root, file)) && !seen.has(file) && seen.add(file)),
  }));
}

/** `packages/connector-splunk/README.md` is `/connectors/splunk`. */
export function addressOf(file) {
  if (file === "README.md") return "/";
  return `/${file
    .replace(/\.md$/, "")
    .replace(/\/README$/, "")
    .replace(/^docs\//, "")
    .replace(/^packages\/connector-/, "connectors/")
    .toLowerCase()}`;
}

function found(root, pattern) {
  const [before, after] = pattern.split("*");
  const folder = before.slice(0, before.lastIndexOf("/"));
  const start = before.slice(folder.length + 1);
  return readdirSync(join(root, folder))
    .filter((name) => name.startsWith(start) && (after === ".md" ? name.endsWith(".md") : true))
    .map((name) => join(folder, after === ".md" ? name : `${name}${after}`))
    .toSorted();
}
