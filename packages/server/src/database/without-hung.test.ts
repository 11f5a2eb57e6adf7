import { once } from "node:events";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { sql } from "kysely";
import pg from "pg";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tablesOver } from "./dialect.ts";
import { withoutHung } from "./without-hung.ts";

let server: Server;
let connections: number;
let asked: string[];
let pool: pg.Pool;

beforeEach(async () => {
  connections = 0;
  asked = [];
  server = createServer(answerLikePostgres).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  pool = new pg.Pool({ host: "127.0.0.1", port, user: "siem", max: 1, query_timeout: 200 });
  pool.on("connect", (client) => client.on("error", () => undefined));
});
afterEach(() => {
  server.close();
});

/** Takes every statement and answers with no rows, but never for one that is to hang, nor for any behind it. */
function answerLikePostgres(socket: Socket): void {
  connections++;
  let isHanging = false;
  const ready = message("Z", Buffer.from("I"));
  socket.on("error", () => undefined);
  socket.once("data", () => {
    socket.write(Buffer.concat([message("R", Buffer.alloc(4)), ready]));
    socket.on("data", (data) => {
      if (data.toString("latin1", 0, 1) !== "Q") return;
      asked.push(data.toString("latin1", 5, data.length - 1));
      isHanging ||= data.includes("hang");
      if (!isHanging) socket.write(Buffer.concat([message("C", Buffer.from("SELECT 0\0")), ready]));
    });
  });
}

function message(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
}

it("a connection on which a query timed out is not used again", async () => {
  const tables = tablesOver(withoutHung(pool));
  await expect(sql`select hang`.execute(tables)).rejects.toThrow("Query read timeout");
  await sql`select 1`.execute(tables);
  expect(connections).toBe(2);
  await tables.destroy();
});

it("a transaction in which a query timed out does not wait for its rollback, too", async () => {
  const tables = tablesOver(withoutHung(pool));
  const transaction = tables.transaction().execute((tx) => sql`select hang`.execute(tx));
  await expect(transaction).rejects.toThrow("Query read timeout");
  expect(asked.at(-1)).toBe("select hang");
  await sql`select 1`.execute(tables);
  expect(connections).toBe(2);
  await tables.destroy();
});

it("a connection whose statement was wrong in another way is given back", async () => {
  const tables = tablesOver(withoutHung(pool));
  await sql`select 1`.execute(tables);
  await sql`select 2`.execute(tables);
  expect(connections).toBe(1);
  await tables.destroy();
});
