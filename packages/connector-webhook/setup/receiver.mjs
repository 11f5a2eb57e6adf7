// A receiver of signed webhooks, to begin with: PORT=8090 WEBHOOK_SECRET=whsec_… node receiver.mjs
// Wants: npm install standardwebhooks
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
/** Ids of messages that were taken. Keep them where they outlive the process, for some days. */
const taken = new Set();

async function receive(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  // The bytes as they came: parsed and written again, they would be others, and the signature would not match.
  const body = Buffer.concat(chunks);
  let events;
  try {
    // Throws for a wrong signature, and for a message that is five minutes old. It parses the body as one JSON text, so that it
    // takes the shapes `array` and `single`; for `ndjson` use a library that gives the bytes back.
    events = [webhook.verify(body, request.headers)].flat();
  } catch (error) {
    response.writeHead(401).end(error.message);
    return;
  }
  const id = request.headers["webhook-id"];
  if (!taken.has(id)) {
    for (const event of events) console.log(event.metadata.uid, event.class_name, event.message ?? "");
    // After the events are safe, not before: what is answered with an error is sent again under the same id.
    taken.add(id);
  }
  response.writeHead(204).end();
}

const server = createServer((request, response) => void receive(request, response));
server.listen(Number(process.env.PORT ?? 8090), "127.0.0.1", () =>
  console.log(`listening on ${server.address().port}`),
);
