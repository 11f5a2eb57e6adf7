// Follows every link of the built site to its page and to the heading that it names.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Links of the site's own that lead nowhere, each with the page that has it. */
export function brokenLinks(folder) {
  const pages = new Map(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".html"))
      .map((name) => [
        `/${name.replace(/\.html$/, "").replace(/^index$/, "")}`,
        readFileSync(join(folder, name), "utf8"),
      ]),
  );
  const broken = [];
  for (const [address, html] of pages) {
    for (const [, href] of html.matchAll(/<a [^>]*?href="([^"]*)"/g)) {
      if (/^[a-z]+:/.test(href)) continue;
      const [path, anchor] = decodeURIComponent(href).split("#");
      const target = pages.get(path === "" ? address : path);
      const isThere = target === undefined ? existsSync(join(folder, path)) && path !== "" : hasAnchor(target, anchor);
      if (!isThere) broken.push(`${address}: ${href}`);
    }
  }
  return broken;
}

function hasAnchor(html, anchor) {
  return anchor === undefined || anchor === "" || html.includes(`id="${anchor}"`);
}
