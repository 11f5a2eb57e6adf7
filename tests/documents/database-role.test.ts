import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const migrations = join(root, "packages", "server", "src", "database", "migrations");

it("a server's role has rights on every table that migrations create", () => {
  const created = readdirSync(migrations).flatMap((name) => {
    const text = readFileSync(join(migrations, name), "utf8");
    return [...text.matchAll(/create table (?:if not exists )?(siem_\w+)/g)].map(([, table]) => table);
  });
  const documented = readFileSync(join(root, "docs", "database.md"), "utf8");
  const granted = [...documented.matchAll(/grant [^;]+;/g)].flatMap(
    ([grant]) => grant.match(/siem_(?!server)\w+/g) ?? [],
  );
  expect(new Set(created).size).toBeGreaterThan(5);
  expect(granted).toEqual(expect.arrayContaining(created));
});
