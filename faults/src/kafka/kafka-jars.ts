import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const VERSION = "4.4.0";

/** Returns the class path of a Kafka broker, which Maven brings the first time. Throws, saying what is missing. */
export async function kafkaClassPath(): Promise<string> {
  const folder = join(tmpdir(), `arbitex-kafka-${VERSION}`);
  if (!existsSync(folder)) await bring(folder);
  return join(folder, "*");
}

async function bring(folder: string): Promise<void> {
  const making = `${folder}.${process.pid}`;
  await mkdir(making, { recursive: true });
  await writeFile(join(making, "pom.xml"), POM);
  const goal = ["-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${join(making, "jars")}`];
  try {
    execFileSync("mvn", goal, { cwd: making, stdio: ["ignore", "ignore", "inherit"] });
  } catch (error) {
    throw new Error("NOTHING WAS TESTED against Kafka: Java and Maven are needed. Run: bash tests/peers/install.sh", {
      cause: error,
    });
  }
  // Another process may have been faster.
  if (!existsSync(folder)) await rename(join(making, "jars"), folder);
  await rm(making, { recursive: true });
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>peers</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${VERSION}</version></dependency>
  </dependencies>
</project>
`;
