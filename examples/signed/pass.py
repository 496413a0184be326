#!/usr/bin/env python3
"""Prints a pass for one customer: a JSON Web Token that the survey's page hands on.

    HEARBACK_SECRET=hs_… ./pass.py SURVEY CUSTOMER [INTERACTION]
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def make_pass(survey, customer, interaction=None):
    now = int(time.time())
    claims = {
        "aud": survey,
        "sub": customer,
        "iat": now,
        "exp": now + 24 * 60 * 60,  # begun by then, it can be finished later
        # As you know them: "email", "phone", "first_name", "agent", "language",
        "attributes": {"signed_by": "python"},
    }
    if interaction:
        claims["jti"] = interaction  # one answer for each; without it, one a day
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signed = b".".join(encode(part) for part in parts)
    signature = hmac.new(os.environ["HEARBACK_SECRET"].encode(), signed, hashlib.sha256).digest()
    return (signed + b"." + encode(signature)).decode()


if __name__ == "__main__":
    print(make_pass(*sys.argv[1:4]))
