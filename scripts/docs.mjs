// Builds the documents as a site and follows its links: node scripts/docs.mjs. The site is then in site/.vitepress/dist.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { root, run, step } from "./bootstrap.mjs";
import { brokenLinks } from "./docs/broken-links.mjs";
import { collectPages } from "./docs/collect-pages.mjs";

const site = join(root, "site");
const marker = join(site, "node_modules/.package-lock.json");
if (!existsSync(marker) || statSync(marker).mtimeMs < statSync(join(site, "package-lock.json")).mtimeMs) {
  step("installing what builds the site");
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: site, stdio: ["ignore", 2, 2] });
}
step("collecting pages");
const { count, problems } = collectPages(join(site, "content"));
fail(problems);
step(`building ${count} pages`);
run(join(site, "node_modules/.bin/vitepress"), ["build", site], { stdio: ["ignore", 2, 2] });
step("following links");
fail(brokenLinks(join(site, ".vitepress/dist")));
console.log(`${count} pages in ${join("site", ".vitepress", "dist")}`);

function fail(broken) {
  if (broken.length === 0) return;
  for (const problem of broken) console.error(problem);
  process.exit(1);
}
