// A registry on loopback that has this repository's packages, as `pnpm pack` makes them. The rest comes from the user's own.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { root } from "../bootstrap.mjs";
import { command } from "./tools.mjs";

/** Packs the folders of `packages/` into `folder` and serves them; gives the origin and a function that ends it. */
export async function servePackages(names, folder) {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of names) {
    await command("npx", ["--yes", packageManager, "pack", "--pack-destination", folder], {
      cwd: join(root, "packages", name),
    });
  }
  const documents = new Map();
  let origin = "";
  for (const file of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, file));
    const { stdout } = spawnSync("tar", ["-xzOf", join(folder, file), "package/package.json"]);
    const manifest = JSON.parse(stdout.toString());
    documents.set(manifest.name, { file, bytes, manifest });
  }
  const server = createServer(({ url }, response) => {
    const path = decodeURIComponent(url ?? "").slice(1);
    const tarball = [...documents.values()].find(({ file }) => file === path);
    if (tarball === undefined) answer(response, documents.get(path));
    else response.end(tarball.bytes);
  });
  function answer(response, found) {
    if (found === undefined) {
      response.writeHead(404).end("{}");
      return;
    }
    const { file, bytes, manifest } = found;
    const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
    const version = { ...manifest, dist: { integrity, tarball: `${origin}/${file}` } };
    const document = {
      name: manifest.name,
      "dist-tags": { latest: manifest.version },
      versions: { [manifest.version]: version },
    };
    response.setHeader("content-type", "application/json").end(JSON.stringify(document));
  }
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, close: () => server.close() };
}
