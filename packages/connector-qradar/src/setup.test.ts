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
  expect(new Set(qradar.versions)).toEqual(new Set([undefined, "27.0"]));
  const orphans = qradar.created.filter(
    ({ item }) => item["regex_property_identifier"] === "new" || item["qid_record_id"] === 0,
  );
  expect(orphans).toEqual([]);
  const before = qradar.created.length;
  await apply(qradar.url);
  expect(qradar.created).toHaveLength(before);
});

it("names the events of CEF by the categories that it has there", async () => {
  const qradar = await standIn();
  await apply(qradar.url, "--format", "cef");
  const mapped = qradar.created.map(
    ({ item }) => `${String(item["log_source_event_id"])} ${String(item["log_source_event_category"])}`,
  );
  expect(mapped).toEqual(expect.arrayContaining(["3002:1 success", "3002:1 failure", "6003:1 BLOCK, failure"]));
  expect(qradar.created.some(({ path }) => path.endsWith("property_cef_expressions"))).toBe(true);
});

it("says how it is used, and what QRadar has against it, in a sentence", async () => {
  const qradar = await standIn({ status: 403 });
  await expect(apply("")).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining("Usage") });
  await expect(apply(qradar.url)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^GET .* 403 .*\n$/),
  });
});

it.each<[string, unknown]>([
  ["has dropped all versions that it names", [{ version: "17.0", removed: true }]],
  ["names none", []],
  ["is no QRadar", { message: "not found" }],
])("says so where the console %s", async (_, versions) => {
  const { url } = await standIn({ versions });
  await expect(apply(url)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^http\S+ names no version of a REST API that it still has: .*\n$/),
  });
});

it("gives the token to no other address", async () => {
  const { url } = await standIn({ status: 302 });
  await expect(apply(url)).rejects.toMatchObject({
    stderr: expect.stringContaining("leads to https://elsewhere.example"),
  });
});

async function apply(console_: string, ...more: readonly string[]): Promise<string> {
  const env = { ...process.env, QRADAR_CONSOLE: console_, QRADAR_SEC_TOKEN: "t0ken" };
  const { stdout } = await run(process.execPath, [SCRIPT, ...more], { env });
  return stdout;
}

/** As of QRadar 7.5.0 UP14, which has dropped the versions that the script once asked for. */
const VERSIONS = [
  ...["9.0", "9.1", "17.0", "20.0"].map((version) => ({ version, deprecated: true, removed: true })),
  ...["25.0", "27.0", "26.0"].map((version) => ({ version, deprecated: false, removed: false })),
];

interface Created {
  readonly path: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/** As much of QRadar's API as the script uses: lists with a filter of equalities, and creation. */
async function standIn({ status = 200, versions = VERSIONS }: { status?: number; versions?: unknown } = {}) {
  const created: Created[] = [];
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://stand-in");
    const path = pathname.replace("/api/", "");
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const item = request.method === "POST" ? create(path, Buffer.concat(chunks).toString()) : undefined;
      asked.push(request.headers["version"]);
      const location = status === 302 ? { location: "https://elsewhere.example/" } : {};
      response.writeHead(request.headers["sec"] === "t0ken" ? status : 401, location);
      const found = path === "help/versions" ? versions : matching(path, searchParams.get("filter") ?? "");
      response.end(JSON.stringify(item ?? found));
    });
  });

  function create(path: string, body: string): Created["item"] {
    const id = created.length + 1;
    const item: Created["item"] = { id, identifier: `p-${id}`, ...Object(JSON.parse(body)) };
    created.push({ path, item });
    return item;
  }

  function matching(path: string, filter: string): readonly Created["item"][] {
    if (path.endsWith("log_source_types")) return [{ id: 4001, name: "Universal" }];
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
  return { url: `http://127.0.0.1:${port}`, created, versions: asked };
}
