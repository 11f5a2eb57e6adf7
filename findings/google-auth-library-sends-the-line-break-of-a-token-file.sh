#!/usr/bin/env bash
# npm google-auth-library 10.9.1: workload identity federation with a token from a file sends the file's final line break
# along as a part of the token, so that the token service is asked about another token than the one that was issued.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund google-auth-library@10.9.1
cat >run.mjs <<'JS'
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import { ExternalAccountClient } from "google-auth-library";

const forms = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  forms.push(new URLSearchParams(body));
  response.setHeader("content-type", "application/json");
  const issued_token_type = "urn:ietf:params:oauth:token-type:access_token";
  response.end(JSON.stringify({ access_token: "a", issued_token_type, token_type: "Bearer", expires_in: 3600 }));
}).listen(0, "127.0.0.1");
await once(server, "listening");
writeFileSync("token", "header.claims.signature\n");
const client = ExternalAccountClient.fromJSON({
  type: "external_account",
  audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  token_url: `http://127.0.0.1:${server.address().port}/token`,
  credential_source: { file: "token" },
});
await client.getAccessToken();
console.log(JSON.stringify(forms[0].get("subject_token")));
server.close();
JS
node run.mjs >seen
diff - seen <<'SEEN'
"header.claims.signature\n"
SEEN
echo "as described"
