"""A small mailbox on this machine: as much of IMAP over TLS as a reader needs, with a certificate of its own."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from contextlib import contextmanager, suppress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Mailbox:
    """Mails by their number; `asked` are the commands that came."""

    def __init__(self, certificate):
        self.mails, self.validity, self.asked = {}, 7, []
        self.breaks_off_at = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        self._socket.close()

    def _listen(self):
        while True:
            try:
                plain, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), daemon=True).start()

    def _serve(self, plain):
        with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as connection:
            connection.settimeout(10)
            lines = connection.makefile("rb")
            connection.sendall(b"* OK ready\r\n")
            for line in lines:
                tag, _blank, command = line.decode().strip().partition(" ")
                self.asked.append(command)
                if command.startswith("LOGIN") and "geheim" not in command:
                    connection.sendall(f"{tag} NO wrong password\r\n".encode())
                    continue
                answer = self._answer(command)
                if answer is None:
                    return
                connection.sendall(answer + f"{tag} OK done\r\n".encode())
                if command.upper().startswith("LOGOUT"):
                    return

    def _answer(self, command):
        name, _blank, rest = command.partition(" ")
        if name == "CAPABILITY":
            return b"* CAPABILITY IMAP4REV1\r\n"
        if name == "EXAMINE":
            following = max(self.mails, default=0) + 1
            return (
                f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] valid\r\n"
                f"* OK [UIDNEXT {following}] next\r\n"
            ).encode()
        if command.startswith("UID SEARCH"):
            first = int(rest.split()[-1].partition(":")[0])
            found = [str(uid) for uid in self.mails if uid >= first or uid == max(self.mails)]
            return f"* SEARCH {' '.join(found)}\r\n".encode()
        if command.startswith("UID FETCH"):
            uid = int(rest.split()[1])
            if uid == self.breaks_off_at:
                return None
            content = self.mails[uid]
            if "RFC822.SIZE" in command:
                return f"* 1 FETCH (UID {uid} RFC822.SIZE {len(content)})\r\n".encode()
            return f"* 1 FETCH (UID {uid} BODY[] {{{len(content)}}}\r\n".encode() + content + b")\r\n"
        return b""


@contextmanager
def mailbox(folder, monkeypatch):
    """A mailbox at localhost whose certificate this process trusts."""
    path = folder / "localhost.pem"
    path.write_bytes(_certificate())
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    found = Mailbox(path)
    try:
        yield found
    finally:
        found.close()


def _certificate():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([
        x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ])  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
