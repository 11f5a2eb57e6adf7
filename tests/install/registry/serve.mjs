// Serves a private registry on a free port of loopback, prints the port, and ends with its parent:
// node serve.mjs INSTALLED STORAGE UPLINK
import { createRequire } from "node:module";
import { join } from "node:path";

const [installed, storage, uplink] = process.argv.slice(2);
const { runServer } = createRequire(join(installed, "package.json"))("verdaccio");
const everyone = { access: "$all", publish: "$all", unpublish: "$all" };
const app = await runServer({
  self_path: storage,
  storage,
  auth: { htpasswd: { file: join(storage, "htpasswd"), max_users: -1 } },
  uplinks: { public: { url: uplink, cache: true, timeout: "120s", max_fails: 10 } },
  // Never ours from outside: what is not published here is not found, also where the name is taken elsewhere.
  packages: { "@arbitex/*": everyone, "**": { ...everyone, proxy: "public" } },
  max_body_size: "50mb",
  log: { type: "stdout", format: "json", level: "error" },
});
app.listen(0, "127.0.0.1", () => process.send({ port: app.address().port }));
process.on("disconnect", () => process.exit());
