"""A mail server for tests: aiosmtpd, told from outside how to behave.

    smtp.py DIRECTORY [--tls none|starttls|smtps] [--user NAME --password WORD]

Prints its port. Every mail that it takes is a file in DIRECTORY, and a line of DIRECTORY/log, written before the sender hears
of it: what stands there was accepted, whoever was killed meanwhile. DIRECTORY/behaviour holds one word, read for each mail:

    accept     it is taken (also if there is no such file)
    defer      451
    refuse     550
    drop       the connection ends in mid-message
    mute       the message is read, and the connection ends without an answer
    slow       the answer takes ten seconds
    WORD=PART  only for recipients with PART in their address; the others are taken

With TLS, DIRECTORY/certificate.pem is its certificate, made anew for localhost, which nobody trusts who is not told to.
"""

import argparse
import asyncio
import json
import pathlib
import ssl
import subprocess
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def read_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--tls", default="none", choices=["none", "starttls", "smtps"])
    parser.add_argument("--user")
    parser.add_argument("--password")
    return parser.parse_args()


def certificate(directory):
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost".split()
    extensions = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"]
    command += extensions + ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context


class Handler:
    def __init__(self, directory):
        self.directory = directory
        self.taken = 0

    def behaviour(self, envelope):
        try:
            word = (self.directory / "behaviour").read_text().strip() or "accept"
        except FileNotFoundError:
            return "accept"
        word, _, part = word.partition("=")
        return word if any(part in address for address in envelope.rcpt_tos) else "accept"

    async def handle_DATA(self, server, session, envelope):
        word = self.behaviour(envelope)
        if word == "slow":
            await asyncio.sleep(10)
        elif word == "defer":
            return "451 4.7.1 Come back later"
        elif word == "refuse":
            return "550 5.1.1 There is no such person"
        elif word == "mute":
            server.transport.abort()
            await asyncio.sleep(3600)
        self.taken += 1
        name = f"{self.taken:06}.eml"
        (self.directory / name).write_bytes(envelope.content)
        entry = {
            "file": name,
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("sslcontext") is not None,
            "user": session.auth_data.decode() if session.auth_data else None,
        }
        with open(self.directory / "log", "a") as log:
            log.write(json.dumps(entry) + "\n")
        return "250 2.0.0 Taken"


class Server(SMTP):
    async def smtp_DATA(self, argument):
        if self.event_handler.behaviour(self.envelope) == "drop":
            await self.push("354 Go on")
            await self._reader.read(20)
            self.transport.abort()
            return
        await super().smtp_DATA(argument)


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        right = isinstance(data, LoginPassword) and data == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=right, auth_data=user.encode() if right else None)

    return check


async def main():
    arguments = read_arguments()
    handler = Handler(arguments.directory)
    options = {"hostname": "localhost", "enable_SMTPUTF8": True, "timeout": 3600}
    if arguments.user:
        options |= {
            "authenticator": authenticator(arguments.user, arguments.password),
            "auth_required": True,
            "auth_require_tls": arguments.tls == "starttls",
        }
    context = certificate(arguments.directory) if arguments.tls != "none" else None
    if arguments.tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    listening = await asyncio.get_running_loop().create_server(
        lambda: Server(handler, **options),
        "localhost",
        0,
        ssl=context if arguments.tls == "smtps" else None,
        family=2,  # IPv4: both families would get two ports
    )
    print(listening.sockets[0].getsockname()[1], flush=True)
    # Ends with whoever started it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
