import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConsoleFiles } from "./console-files.ts";
import { addConsoleRoutes } from "./console-routes.ts";
import { fastify } from "./framework.ts";

let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-"));
  await mkdir(join(folder, "dist/assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "not to be served");
  await writeFile(join(folder, "dist/index.html"), "<!doctype html>");
  await writeFile(join(folder, "dist/assets/app-0a1b2c3d.js"), "run()");
  await writeFile(join(folder, "dist/assets/app-0a1b2c3d.js.gz"), gzipSync("run()"));
  await writeFile(join(folder, "dist/assets/app-0a1b2c3d.js.map"), "{}");
  app = fastify();
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

async function serve(frameAncestors: readonly string[] = []) {
  addConsoleRoutes(app, { files: await readConsoleFiles(join(folder, "dist")), frameAncestors });
}

const get = (url: string, headers = {}) => app.inject({ method: "GET", url, headers });
const SCRIPT = "/console/assets/app-0a1b2c3d.js";

describe("the console", () => {
  it("is at /console/, and sent there from /console", async () => {
    await serve();
    expect((await get("/console")).headers.location).toBe("/console/");
    const page = await get("/console/");
    expect([page.statusCode, page.payload, page.headers["content-type"]]).toEqual([
      200,
      "<!doctype html>",
      "text/html; charset=utf-8",
    ]);
  });

  it("runs its own scripts, is framed by no page, and tells no other site where it is", async () => {
    await serve();
    for (const url of ["/console/", SCRIPT]) {
      const { headers } = await get(url);
      expect(headers["content-security-policy"]).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" });
    }
  });

  it("is framed where that is configured", async () => {
    await serve(["https://admin.example"]);
    expect((await get("/console/")).headers["content-security-policy"]).toMatch(
      /frame-ancestors https:\/\/admin\.example$/,
    );
  });

  it("keeps what never changes for a year, and asks again for the rest", async () => {
    await serve();
    expect((await get(SCRIPT)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    const page = await get("/console/");
    expect(page.headers["cache-control"]).toBe("no-cache");
    const again = await get("/console/", { "if-none-match": page.headers.etag });
    expect([again.statusCode, again.payload]).toEqual([304, ""]);
  });

  it("sends what was compressed at its build, to those who take it", async () => {
    await serve();
    const packed = await get(SCRIPT, { "accept-encoding": "br, gzip" });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(packed.rawPayload).toString()).toBe("run()");
    for (const accepted of ["", "gzip;q=0", "identity"]) {
      expect((await get(SCRIPT, { "accept-encoding": accepted })).payload).toBe("run()");
    }
  });

  it.each([
    "../secret.txt",
    "%2e%2e/secret.txt",
    "..%2fsecret.txt",
    "assets/../../secret.txt",
    "assets/app-0a1b2c3d.js.map",
    "x",
    "__proto__",
  ])("has no %s", async (path) => {
    await serve();
    const { statusCode, payload } = await get(`/console/${path}`);
    expect([statusCode, payload.includes("not to be served")]).toEqual([404, false]);
  });

  it("says what to install where it is not", async () => {
    addConsoleRoutes(app, { files: undefined, frameAncestors: [] });
    const { statusCode, payload } = await get("/console/");
    expect([statusCode, JSON.parse(payload).detail]).toEqual([404, expect.stringContaining("@arbitex/console")]);
  });
});
