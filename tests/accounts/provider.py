"""A small OpenID Connect provider on this machine: checks what a real one checks, and lies where a test asks it to."""

import base64
import json
import time
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

SECRET = "kein Geheimnis für lange: äß&="
CLIENT_ID = "kundig client"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """Everybody who comes is `claims`; `lies` are put into the token, `facts` into what it says about itself."""

    def __init__(self, port):
        self.issuer = f"http://127.0.0.1:{port}"
        self.claims = {
            "sub": "4711",
            "email": "svenja@wendeler.example",
            "email_verified": True,
            "name": "Svenja Kroll",
        }
        self.lies, self.facts, self.apart = {}, {}, {}
        self.key, self.kid, self.asks, self.fails = KEY, "k1", False, ""
        self.asked, self.codes = [], {}

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            **self.facts,
        }

    def keys(self):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**key, "kid": "k1", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked):
        """The address to which the browser is sent back."""
        if self.fails:
            return f"{asked['redirect_uri']}?{urlencode({'error': self.fails, 'state': asked['state']})}"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form, authorization):
        asked = self.codes.pop(form.get("code"), None)
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode() if authorization else ":"
        expected = f"{quote(CLIENT_ID, safe='')}:{quote(SECRET, safe='')}"
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or pair != expected or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": f"never to be shown: {SECRET}"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_request"}
        now = int(time.time())
        stamp = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in {**self.claims, **stamp, **self.lies}.items() if value is not None}
        algorithm = "HS256" if isinstance(self.key, str) else "RS256" if self.key else "none"
        token = jwt.encode(claims, self.key, algorithm=algorithm, headers={"kid": self.kid})
        return 200, {"id_token": token, "access_token": "access", "token_type": "Bearer"}


@contextmanager
def running():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.provider = Provider(server.server_port)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.provider
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        provider = self.server.provider
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        provider.asked.append(parts.path)
        if parts.path == "/.well-known/openid-configuration":
            self._answer(200, provider.discovery())
        elif parts.path == "/keys":
            self._answer(200, provider.keys())
        elif parts.path == "/favicon.ico":
            self._answer(200, "", "image/x-icon")
        elif parts.path == "/userinfo":
            self._answer(200, provider.apart)
        elif parts.path == "/authorize" and provider.asks:
            href = provider.authorize(asked).replace("&", "&amp;")
            page = f'<!doctype html><html lang="de"><title>Haus</title><a href="{href}">Als Svenja weiter</a>'
            self._answer(200, page, "text/html; charset=utf-8")
        elif parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", provider.authorize(asked))
            self.end_headers()
        elif parts.path == "/elsewhere/.well-known/openid-configuration":
            self.send_response(302)
            self.send_header("Location", "/.well-known/openid-configuration")
            self.end_headers()
        elif parts.path == "/endless/.well-known/openid-configuration":
            self._answer(200, "x" * 1_100_000, "application/json")
        else:
            self._answer(404, "nothing", "text/plain")

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        told = self.server.provider.token({n: v[0] for n, v in form.items()}, self.headers.get("Authorization", ""))
        self._answer(*told)

    def _answer(self, status, body, content_type="application/json"):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Nothing on the terminal of the tests."""
