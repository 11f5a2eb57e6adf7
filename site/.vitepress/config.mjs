import { readFileSync } from "node:fs";
import { join } from "node:path";
import { addressOf, sections } from "../pages.mjs";

const root = join(import.meta.dirname, "../..");
const { homepage } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const nav = sections(root).map(({ title, files }) => ({
  text: title,
  items: files.map((file) => ({ text: titleOf(file), link: addressOf(file) })),
}));

export default {
  title: "Arbitex SIEM connectors",
  description: "Your platform's audit events, in your customers' SIEMs: each event once, with an account of every one.",
  srcDir: "content",
  cleanUrls: true,
  lastUpdated: false,
  markdown: { anchor: { slugify }, headers: { slugify } },
  themeConfig: {
    search: { provider: "local" },
    outline: { level: [2, 3] },
    sidebar: nav.map(({ text, items }, at) => ({ text, items, collapsed: at > 2 })),
    nav: ["Start", "Connectors", "Guarantees", "Look up"].map((title) => nav.find(({ text }) => text === title)),
    socialLinks: [{ icon: "github", link: homepage.replace("#readme", "") }],
  },
};

/** As GitHub does it, so that a link leads to the same place here and there. */
function slugify(text) {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

function titleOf(file) {
  const [, title = file] = /^# (.*)$/m.exec(readFileSync(join(root, file), "utf8")) ?? [];
  if (file === "README.md") return "What it is";
  return title.replace("@arbitex/connector-", "").replaceAll("`", "");
}
