import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A SIEM that takes Splunk's requests and refuses every event. */
export async function startRefusingSiem(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ text: "Incorrect data format", code: 6 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
