// Copies the repository's documents to where the site is built, with links that lead to its pages.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { root } from "../bootstrap.mjs";
import { addressOf, sections } from "../../site/pages.mjs";

const REPOSITORY = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).homepage.replace("#readme", "");

/** Gives the number of pages, and what is wrong with links: each with its place. */
export function collectPages(content) {
  rmSync(content, { recursive: true, force: true });
  const files = new Set(sections(root).flatMap((section) => section.files));
  const problems = [];
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    const linked = outsideOfCode(text, (part) => {
      return part.replaceAll(/\]\(([^)\s]+)\)/g, (_whole, target) => `](${addressFrom(file, target)})`);
    });
    const address = addressOf(file);
    write(join(content, `${address === "/" ? "/index" : address}.md`), linked);
  }
  return { count: files.size, problems };

  function addressFrom(file, target) {
    const own = new RegExp(`^${REPOSITORY}/(?:blob|tree)/main/(.*)$`).exec(target)?.[1];
    if (own === undefined && /^(?:[a-z]+:|#)/.test(target)) return target;
    const [path, anchor] = (own ?? normalize(join(dirname(file), target))).split("#");
    const hash = anchor === undefined ? "" : `#${anchor}`;
    const page = [path, join(path, "README.md")].find((name) => files.has(name));
    if (page !== undefined) return `${addressOf(page)}${hash}`;
    const source = join(root, path);
    if (!existsSync(source)) {
      problems.push(`${file}: links to ${target}, which is not there`);
      return target;
    }
    if (/\.(?:svg|png)$/.test(path)) {
      mkdirSync(join(content, "public"), { recursive: true });
      cpSync(source, join(content, "public", path.split("/").at(-1)));
      return `/${path.split("/").at(-1)}`;
    }
    return `${REPOSITORY}/${statSync(source).isDirectory() ? "tree" : "blob"}/main/${path}${hash}`;
  }
}

/** Changes a document's text, and neither its code blocks nor code in its lines. */
function outsideOfCode(text, change) {
  return text
    .split(/(^```[^]*?^```$|`[^`\n]+`)/m)
    .map((part, at) => (at % 2 === 0 ? change(part) : part))
    .join("");
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
