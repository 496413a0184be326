"""Whether the library of Standard Webhooks for Python takes a message: its secret, headers and body as JSON on standard input."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

message = json.load(sys.stdin)
try:
    Webhook(message["secret"]).verify(message["body"], message["headers"])
    print("taken")
except WebhookVerificationError:
    print("refused")
