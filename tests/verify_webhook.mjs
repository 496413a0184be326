// Whether the library of Standard Webhooks for JavaScript takes a message: its secret, headers and body as JSON on standard input.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const tools = new URL("../target/tools/webhooks/", import.meta.url);
const { Webhook, WebhookVerificationError } = createRequire(tools)("standardwebhooks");
const message = JSON.parse(readFileSync(0, "utf8"));
try {
    new Webhook(message.secret).verify(message.body, message.headers);
    console.log("taken");
} catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    console.log("refused");
}
