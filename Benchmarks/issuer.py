"""An issuer of tokens on this machine with any number of tenants, each with keys of its own: for issuers.py.

    issuer.py --port PORT --tenants COUNT

    GET  /t/N/.well-known/openid-configuration   discovery
    GET  /t/N/jwks                               keys, with an entity tag and max-age
    POST /t/N/mint    {"alg", "kid", "claims"}   a signed token, by the newest key unless `kid` names another
    POST /t/N/rotate  {"overlap"}                a new key of each kind; with overlap the old ones stay published
    POST /t/N/fault   {"mode"}                   none, 500, hang, redirect, html, huge, empty, bad_issuer, reset
    GET  /stats                                  how often what was fetched
"""

import argparse
import base64
import hashlib
import json
import socket
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

# Making RSA keys takes long, and nothing here depends on their being different.
RSA_KEYS = [rsa.generate_private_key(65537, 2048) for _ in range(4)]


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    def __init__(self, algorithm, number):
        self.algorithm = algorithm
        self.kid = f"{algorithm.lower()}-{number:x}"
        self.private = (
            RSA_KEYS[number % len(RSA_KEYS)] if algorithm == "RS256" else ec.generate_private_key(ec.SECP256R1())
        )

    @property
    def jwk(self):
        public = self.private.public_key().public_numbers()
        members = {"kid": self.kid, "alg": self.algorithm, "use": "sig"}
        if self.algorithm == "RS256":
            return members | {"kty": "RSA", "n": encode(public.n.to_bytes(256, "big")), "e": "AQAB"}
        x, y = (encode(number.to_bytes(32, "big")) for number in (public.x, public.y))
        return members | {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    def sign(self, text):
        if self.algorithm == "RS256":
            return self.private.sign(text, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class Tenant:
    def __init__(self):
        self.sequence = 0
        self.keys = []
        self.fault = "none"
        self.rotate(False)

    def rotate(self, overlap):
        old = self.keys[:2] if overlap else []
        self.keys = [Key("RS256", self.sequence), Key("ES256", self.sequence + 1)] + old
        self.sequence += 2
        return [key.kid for key in self.keys]


class Issuer:
    def __init__(self, count):
        self.count = count
        self.base = ""
        self.tenants = {}
        self.fetches = Counter()
        self.lock = threading.Lock()

    def tenant(self, name):
        if not name.isdigit() or int(name) >= self.count:
            return None
        with self.lock:
            if name not in self.tenants:
                self.tenants[name] = Tenant()
            return self.tenants[name]

    def mint(self, name, tenant, wish):
        wanted = wish.get("kid")
        key = next(k for k in tenant.keys if (k.kid == wanted if wanted else k.algorithm == wish.get("alg", "RS256")))
        now = int(time.time())
        claims = {
            "iss": f"{self.base}/t/{name}", "sub": "user-1", "aud": "https://api.verdict.example", "iat": now,
            "exp": now + 300, "jti": f"{time.time_ns():x}", "client_id": "cli", "scope": "orders:read",
        } | wish.get("claims", {})
        header = {"alg": key.algorithm, "kid": key.kid, "typ": "at+jwt"}
        text = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))
        return f"{text}.{encode(key.sign(text.encode()))}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    issuer = None

    def log_message(self, *arguments):
        pass

    def answer(self, status, body, kind="application/json", headers=()):
        body = body if isinstance(body, bytes) else body.encode()
        lines = [f"HTTP/1.1 {status} x", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]
        # In one write: two would wait for each other on the way.
        self.wfile.write("\r\n".join(lines).encode() + body)

    def do_GET(self):
        parts = self.path.split("/", 3)
        if self.path == "/stats":
            with self.issuer.lock:
                return self.answer(200, json.dumps({"per_tenant": dict(self.issuer.fetches)}))
        tenant = self.issuer.tenant(parts[2]) if len(parts) == 4 and parts[1] == "t" else None
        kind = {"jwks": "jwks", ".well-known/openid-configuration": "disc"}.get(parts[-1])
        if tenant is None or kind is None:
            return self.answer(404, "{}")
        with self.issuer.lock:
            self.issuer.fetches[f"{parts[2]}:{kind}"] += 1
        name = f"{self.issuer.base}/t/{parts[2]}"
        match tenant.fault:
            case "500":
                return self.answer(500, "oops", "text/plain")
            case "hang":
                time.sleep(60)
            case "redirect":
                return self.answer(302, "", headers=["Location: http://169.254.169.254/latest/meta-data/"])
            case "html":
                return self.answer(200, "<html>sign in</html>", "text/html")
            case "huge":
                return self.answer(200, '{"keys":[' + ",".join(['{"kty":"x"}'] * 400_000) + "]}")
            case "reset":
                self.close_connection = True
                return self.connection.shutdown(socket.SHUT_RDWR)
        if kind == "disc":
            named = name + ("/evil" if tenant.fault == "bad_issuer" else "")
            return self.answer(200, json.dumps({"issuer": named, "jwks_uri": name + "/jwks"}))
        keys = [] if tenant.fault == "empty" else [key.jwk for key in tenant.keys]
        body = json.dumps({"keys": keys})
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
        headers = [f"ETag: {tag}", "Cache-Control: max-age=300"]
        if self.headers.get("If-None-Match") == tag:
            return self.answer(304, "", headers=headers)
        return self.answer(200, body, "application/jwk-set+json", headers)

    def do_POST(self):
        wish = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        parts = self.path.split("/")
        tenant = self.issuer.tenant(parts[2]) if len(parts) == 4 and parts[1] == "t" else None
        if tenant is None:
            return self.answer(404, "{}")
        if parts[3] == "mint":
            return self.answer(200, self.issuer.mint(parts[2], tenant, wish), "application/jwt")
        if parts[3] == "rotate":
            return self.answer(200, json.dumps(tenant.rotate(wish.get("overlap", True))))
        tenant.fault = wish.get("mode", "none")
        return self.answer(200, "{}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9500)
    parser.add_argument("--tenants", type=int, default=100)
    arguments = parser.parse_args()
    Handler.issuer = Issuer(arguments.tenants)
    server = ThreadingHTTPServer(("127.0.0.1", arguments.port), Handler)
    server.daemon_threads = True
    Handler.issuer.base = f"http://127.0.0.1:{server.server_port}"
    print("ready", Handler.issuer.base, flush=True)
    server.serve_forever()


main()
