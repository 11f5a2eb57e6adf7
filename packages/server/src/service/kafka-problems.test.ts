import { Secret } from "@arbitex/core";
import { expect, it } from "vitest";
import { kafkaSettings } from "../config/kafka-settings.ts";
import { kafkaProblems } from "./kafka-problems.ts";

const database = { url: new Secret("postgresql://db"), path: "database", isPathNamed: false };
const queue = { store: "kafka", path: "queue" } as const;
const kafka = kafkaSettings({ brokers: ["k1:9092"] }, undefined);

it.each([
  ["20.20.2", 1],
  ["22.21.9", 1],
  ["22.22.0", 0],
  ["24.5.0", 1],
  ["24.6.0", 0],
  ["26.0.0", 0],
])("Node %s has %i problem", (version, problems) => {
  expect(kafkaProblems({ queue, kafka, database }, version)).toHaveLength(problems);
});

it("needs brokers and PostgreSQL, and says how to name them", () => {
  const none = kafkaSettings({}, undefined);
  const problems = kafkaProblems({ queue, kafka: none, database: { ...database, url: undefined } }, "24.21.0");
  expect(problems.map(({ path }) => path)).toEqual(["SIEM_KAFKA_BROKERS", "DATABASE_URL"]);
  expect(problems.every(({ fix }) => fix !== undefined)).toBe(true);
});

it("asks nothing of a server with another queue", () => {
  expect(kafkaProblems({ queue: { ...queue, store: "disk" }, kafka, database }, "20.19.0")).toEqual([]);
});
