import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { armTemplate } from "../test/arm-template.ts";
import { bicep } from "../test/bicep.ts";
import { columnsMarkdown, STREAM, TABLE } from "../test/resources.ts";
import { allColumns } from "./columns.ts";

const names = allColumns.map(({ name }) => name);

// `npx vitest run packages/connector-sentinel/src/setup.test.ts --update` writes the files anew.
describe("the files in setup/", () => {
  it.each(["direct", "endpoint"] as const)("declare the columns that are sent: %s", async (variant) => {
    await expect(bicep(variant)).toMatchFileSnapshot(`../setup/${variant}.bicep`);
    await expect(armTemplate(variant)).toMatchFileSnapshot(`../setup/${variant}.azuredeploy.json`);
  });

  it("are templates whose rule and table have the same columns", () => {
    const { resources } = template.parse(JSON.parse(armTemplate("direct")));
    const declared = resources.flatMap(({ properties }) => properties.streamDeclarations?.[STREAM]?.columns ?? []);
    const inTable = resources.flatMap(({ properties }) => properties.schema?.columns ?? []);
    expect(declared.map(({ name }) => name)).toEqual(names);
    expect(inTable.map(({ name }) => name)).toEqual(names);
  });

  it.each(["queries", "detections"])("ask for nothing of the table that is not in it: %s", (name) => {
    const queries = file(`../setup/${name}.kql`);
    expect(queries).toContain(TABLE);
    const words = queries.matchAll(/\b(?:actor|src|event|class|severity|status)_[a-z_]+\b/g);
    expect(Array.from(words, ([word]) => word).filter((word) => !names.includes(word))).toEqual([]);
  });
});

it("the README lists the columns that are sent", () => {
  const [, written = ""] = /<!-- columns:begin -->\n([^]*)\n<!-- columns:end -->/.exec(file("../README.md")) ?? [];
  expect(cellsOf(written)).toEqual(cellsOf(columnsMarkdown()));
});

const columns = z.array(z.object({ name: z.string() }));
const template = z.object({
  resources: z.array(
    z.object({
      properties: z.object({
        schema: z.object({ columns }).optional(),
        streamDeclarations: z.record(z.string(), z.object({ columns })).optional(),
      }),
    }),
  ),
});

function file(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

/** Without the padding that a formatter may give a table. */
function cellsOf(markdown: string): readonly string[] {
  return markdown
    .split("\n")
    .map((line) =>
      line
        .replaceAll(/\s*\|\s*/g, "|")
        .replaceAll(/-{3,}/g, "---")
        .trim(),
    )
    .filter((line) => line !== "");
}
