"""Whether a mail's DKIM signature is true: verify_dkim.py FILE.eml KEY, the public key as DNS would have it (base64)."""

import sys

import dkim

message, key = open(sys.argv[1], "rb").read(), sys.argv[2]
record = f"v=DKIM1; k=rsa; p={key}".encode()
print("true" if dkim.verify(message, dnsfunc=lambda name, timeout=5: record) else "false")
