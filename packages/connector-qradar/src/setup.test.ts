import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";

const SCRIPT = fileURLToPath(new URL("../setup/apply.mjs", import.meta.url));
const run = promisify(execFile);

it("creates what QRadar lacks, and nothing the second time", async () => {
  const qradar = await standIn();
  const dry = await apply(qradar.url, "--dry-run");
  expect(qradar.created).toEqual([]);
  const first = await apply(qradar.url);
  expect(first.replace("Created", "Would create")).toBe(dry);
  expect(new Set(qradar.created.map(({ path }) => path))).toEqual(
    new Set([
      "config/event_sources/custom_properties/regex_properties",
      "config/event_sources/custom_properties/property_leef_expressions",
      "data_classification/qid_records",
      "data_classification/dsm_event_mappings",
    ]),
  );
  const orphans = qradar.created.filter(
    ({ item }) => item["regex_property_identifier"] === "new" || item["qid_record_id"] === 0,
  );
  expect(orphans).toEqual([]);
  const before = qradar.created.length;
  await apply(qradar.url);
  expect(qradar.created).toHaveLength(before);
});

it("says how it is used, and what QRadar has against it", async () => {
  const qradar = await standIn({ status: 403 });
  await expect(apply("")).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("Usage") });
  await expect(apply(qradar.url)).rejects.toMatchObject({ stderr: expect.stringContaining("403") });
});

async function apply(console_: string, ...more: readonly string[]): Promise<string> {
  const env = { ...process.env, QRADAR_CONSOLE: console_, QRADAR_SEC_TOKEN: "t0ken" };
  const { stdout } = await run(process.execPath, [SCRIPT, ...more], { env });
  return stdout;
}

interface Created {
  readonly path: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/** As much of QRadar's API as the script uses: lists with a filter of equalities, and creation. */
async function standIn({ status = 200 } = {}) {
  const created: Created[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://stand-in");
    const path = pathname.replace("/api/", "");
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const item = request.method === "POST" ? create(path, Buffer.concat(chunks).toString()) : undefined;
      response.writeHead(request.headers["sec"] === "t0ken" ? status : 401);
      response.end(JSON.stringify(item ?? matching(path, searchParams.get("filter") ?? "")));
    });
  });

  function create(path: string, body: string): Created["item"] {
    const id = created.length + 1;
    const item: Created["item"] = { id, identifier: `p-${id}`, ...Object(JSON.parse(body)) };
    created.push({ path, item });
    return item;
  }

  function matching(path: string, filter: string): readonly Created["item"][] {
    if (path.endsWith("log_source_types")) return [{ id: 4001, name: "Universal LEEF" }];
    const wanted = filter.split(" and ").map((part) => part.split(/=(.*)/s));
    return created
      .filter((entry) => entry.path === path)
      .map(({ item }) => item)
      .filter((item) => wanted.every(([name = "", value]) => JSON.stringify(item[name]) === value));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, created };
}
