import { mkdir, writeFile } from "node:fs/promises";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeploymentFolder } from "../../../test/deployment-folder.ts";
import { createDeploymentFolder } from "../../../test/deployment-folder.ts";
import type { DiscoveryPlace } from "./deployment.ts";
import { findConnectors } from "./discover.ts";
import { installCommand, lookedText } from "./looked.ts";
import { officialConnector } from "./official-connectors.ts";

let deployment: DeploymentFolder;
let elsewhere: DeploymentFolder;
beforeEach(async () => {
  deployment = await createDeploymentFolder();
  elsewhere = await createDeploymentFolder();
  await deployment.install("acme-connector");
});
afterEach(async () => {
  await deployment.remove();
  await elsewhere.remove();
});

const nearest = (name: string, folder: string): DiscoveryPlace => ({ name, folder, search: "nearest" });
const find = (places: readonly DiscoveryPlace[], listed?: readonly string[]) =>
  findConnectors({ places, listed, listedFrom: elsewhere.path });

describe("findConnectors", () => {
  it("takes the connectors of the first place whose deployment has any, and says where it looked", async () => {
    await elsewhere.write("package.json", { dependencies: { "left-pad": "1.0.0" } });
    const { packages, looked } = await find([
      nearest("working folder", elsewhere.path),
      nearest("configuration file", join(deployment.path, "node_modules")),
    ]);
    expect(packages.map(({ name }) => name)).toEqual(["acme-connector"]);
    expect(lookedText(looked)).toBe(
      `Looked in ${elsewhere.path}/package.json (working folder): no connector among its dependencies, and not installed: left-pad; ` +
        `${deployment.path}/package.json (configuration file): acme-connector.`,
    );
  });

  it("finds the project that the command is installed in, through the folders that package managers make", async () => {
    for (const inside of ["node_modules/@arbitex/server", "node_modules/.pnpm/s@1/node_modules/@arbitex/server"]) {
      const folder = join(deployment.path, inside);
      const { packages } = await find([{ name: "this command", folder, search: "project" }]);
      expect(packages).toHaveLength(1);
    }
  });

  it("takes what is installed beside a command that is installed globally", async () => {
    const prefix = join(elsewhere.path, "prefix/lib");
    await mkdir(join(prefix, "node_modules/@acme/connector"), { recursive: true });
    const manifest = { name: "@acme/connector", arbitexConnector: { apiVersion: 1, type: "acme", entry: "./i.js" } };
    await writeFile(join(prefix, "node_modules/@acme/connector/package.json"), JSON.stringify(manifest));
    const folder = join(prefix, "node_modules/@arbitex/server");
    const { packages, looked } = await find([{ name: "this command", folder, search: "project" }]);
    expect(packages.map(({ type }) => type)).toEqual(["acme"]);
    expect(installCommand(looked, "@acme/other")).toBe("npm install -g @acme/other");
  });

  it("takes what pnpm installed globally, each package in a project of its own", async () => {
    const manifest = { arbitexConnector: { apiVersion: 1, type: "acme", entry: "./i.js" }, name: "acme" };
    await elsewhere.write("global/v11/one/package.json", { dependencies: { "@arbitex/server": "1.0.0" } });
    await elsewhere.write("global/v11/two/package.json", { dependencies: { acme: "1.0.0" } });
    await elsewhere.write("global/v11/two/node_modules/acme/package.json", manifest);
    const folder = join(elsewhere.path, "global/v11/one/node_modules/@arbitex/server/bin");
    const { packages, looked } = await find([{ name: "this command", folder, search: "project" }]);
    expect(packages.map(({ type }) => type)).toEqual(["acme"]);
    expect(installCommand(looked, "x")).toBe("pnpm add -g x");
  });

  it("resolves a listed name from each place in turn", async () => {
    const places = [nearest("working folder", elsewhere.path), nearest("configuration file", deployment.path)];
    expect((await find(places, ["acme-connector"])).packages).toHaveLength(1);
    const { errors } = await find(places, ["acme-connector", "not-there"]);
    expect(errors).toMatchObject([{ index: 1, error: { code: "SIEM_CONNECTOR_LOAD" } }]);
    expect(errors[0]?.error.message).toContain(`${elsewhere.path} (working folder), ${deployment.path}`);
  });

  it("tells of a package.json that cannot be read, and looks no further", async () => {
    await elsewhere.write("package.json", "{");
    const { packages, errors } = await find([nearest("a", elsewhere.path), nearest("b", deployment.path)]);
    expect([packages, errors.map(({ error }) => error.code)]).toEqual([[], ["SIEM_CONNECTOR_MANIFEST"]]);
  });
});

describe("what to run to install a connector", () => {
  it.each([
    ["package-lock.json", "npm install x"],
    ["pnpm-lock.yaml", "pnpm add x"],
    ["yarn.lock", "yarn add x"],
  ])("goes by %s", async (lockfile, command) => {
    await deployment.write(lockfile, "");
    const { looked } = await find([nearest("working folder", deployment.path)]);
    expect(installCommand(looked, "x")).toBe(command);
  });
});

describe("the connectors of this project that are known without being installed", () => {
  const folders = join(import.meta.dirname, "../../../..");
  it.each(readdirSync(folders).filter((name) => name.startsWith("connector-")))("%s is one, as it says", (folder) => {
    const { name, arbitexConnector } = JSON.parse(readFileSync(join(folders, folder, "package.json"), "utf8"));
    const { type, envPrefix } = arbitexConnector;
    expect(officialConnector(type)).toMatchObject({ type, envPrefix, packageName: name });
  });
});
