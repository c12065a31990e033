"""A small SAML provider: it signs real XML with a key of its own, by xmlsec, and lies where a test asks it to."""

import base64
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from lxml import etree

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {"saml": SAML, "samlp": SAMLP, "ds": DS}
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{("&" + a + ";") * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
"""Nine lines that grow to a gigabyte."""


class Key:
    """A key and the certificate that goes with it."""

    def __init__(self, *, size=2048):
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=size)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Haus")])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, self.private.public_key(), x509.random_serial_number())
        # It ended yesterday: what counts is that the metadata names it.
        self.certificate = (
            builder.not_valid_before(now - timedelta(days=90)).not_valid_after(now - timedelta(days=1))
        ).sign(self.private, hashes.SHA256())
        self.pem = self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def text(self):
        return base64.b64encode(self.certificate.public_bytes(serialization.Encoding.DER)).decode()


@cache
def key(which="own"):
    """The provider's own key, or somebody else's; made once for all tests."""
    return Key(size=1024 if which == "weak" else 2048)


def stamp(**ago):
    return f"{datetime.now(UTC) - timedelta(**ago):%Y-%m-%dT%H:%M:%SZ}"


class Provider:
    """Everybody who comes is `name_id` with `attributes`; `lies` replace what stands in the assertion."""

    def __init__(self, address="https://haus.example"):
        self.address, self.entity = address, f"{address}/saml"
        self.name_id, self.form = "S-4711", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
        self.attributes = {"email": ["svenja@wendeler.example"], "displayName": ["Svenja Kroll"], "groups": []}
        self.lies, self.fails, self.keys, self.posted = {}, "", ["own"], []
        self.index, self.left = "_session1", []

    def metadata(self, *, keys=None, binding="HTTP-Redirect", role="IDPSSODescriptor", more="", wants="", out=True):
        described = "".join(
            f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data><ds:X509Certificate>'
            f"{key(one).text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for one in (self.keys if keys is None else keys)
        )
        return (
            f'<?xml version="1.0" encoding="UTF-8"?><md:EntityDescriptor {more} entityID="{self.entity}"'
            ' xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">'
            f'<md:{role} protocolSupportEnumeration="{SAMLP}"{wants}>{described}'
            + f'<md:SingleLogoutService Binding="{REDIRECT}" Location="{self.address}/sign-out"/>'
            * out
            + f'<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:{binding}"'
            f' Location="{self.address}/sign-on?tenant=1"/></md:{role}></md:EntityDescriptor>'
        )

    def unsigned(self, asked):
        """The answer as it is before it is signed."""
        told = {
            "issuer": self.entity, "audience": asked["issuer"], "recipient": asked["answers"],
            "destination": asked["answers"], "request": asked["id"], "answers_to": asked["id"], "status": SUCCESS,
            "not_before": stamp(seconds=30), "ends": stamp(minutes=-5), "conditions_end": stamp(minutes=-5),
            "assertion": f"_a{asked['id']}", "method": "urn:oasis:names:tc:SAML:2.0:cm:bearer", "version": "2.0",
            "name_id": escape(self.name_id), "form": self.form, **self.lies,
        }  # fmt: skip
        attributes = "".join(
            f'<saml:Attribute Name="{escape(name)}">'
            + "".join(f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in values)
            + "</saml:Attribute>"
            for name, values in self.attributes.items()
        )
        restriction = (
            "<saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>"
            if told["audience"]
            else ""
        )
        response_to, request_to = (
            f' InResponseTo="{escape(told[name])}"' if told[name] else "" for name in ("answers_to", "request")
        )
        text = (
            f'<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_r1" Version="2.0"'
            f' IssueInstant="{stamp()}" Destination="{{destination}}"{response_to}>'
            "<saml:Issuer>{issuer}</saml:Issuer>"
            '<samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>'
            f'<saml:Assertion ID="{{assertion}}" Version="{{version}}" IssueInstant="{stamp()}">'
            "<saml:Issuer>{issuer}</saml:Issuer>"
            '<saml:Subject><saml:NameID Format="{form}">{name_id}</saml:NameID>'
            '<saml:SubjectConfirmation Method="{method}"><saml:SubjectConfirmationData NotOnOrAfter="{ends}"'
            f' Recipient="{{recipient}}"{request_to}/></saml:SubjectConfirmation></saml:Subject>'
            f'<saml:Conditions NotBefore="{{not_before}}" NotOnOrAfter="{{conditions_end}}">{restriction}'
            f'</saml:Conditions><saml:AuthnStatement AuthnInstant="{stamp()}" SessionIndex="{self.index}">'
            "<saml:AuthnContext>"
            "<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>"
            f"</saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{attributes.replace('{', '{{')}"
            "</saml:AttributeStatement></saml:Assertion></samlp:Response>"
        ).format(**told)
        return etree.fromstring(text)

    def answer(
        self, asked, *, signs="assertion", by="own", how=xmlsec.Transform.RSA_SHA256, after=None, seal=None
    ):  # fmt: skip
        """The signed answer as it is posted; `after` changes it once it is signed, `seal` encrypts its assertion."""
        root = self.unsigned(asked)
        if signs in ("assertion", "both"):
            sign(root.find("saml:Assertion", NAMES), by=by, how=how)
        if seal is not None:
            seal(root)
        if signs in ("response", "both"):
            sign(root, by=by, how=how)
        root = root if after is None else after(root)
        return base64.b64encode(root if isinstance(root, bytes) else etree.tostring(root)).decode()


def sign(element, *, by="own", how=xmlsec.Transform.RSA_SHA256):
    """An enveloped signature behind the issuer, as the schema of SAML wants it."""
    digest = xmlsec.Transform.SHA1 if how == xmlsec.Transform.RSA_SHA1 else xmlsec.Transform.SHA256
    signature = xmlsec.template.create(element, xmlsec.Transform.EXCL_C14N, how, ns="ds")
    element.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, digest, uri=f"#{element.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    if how == xmlsec.Transform.HMAC_SHA256:
        # The oldest trick: the public certificate as a secret that both know.
        context.key = xmlsec.Key.from_binary_data(xmlsec.constants.KeyDataHmac, key("own").text.encode())
    else:
        context.key = xmlsec.Key.from_memory(key(by).pem, xmlsec.KeyFormat.PEM)
        context.key.load_cert_from_memory(
            key(by).certificate.public_bytes(serialization.Encoding.PEM), xmlsec.KeyFormat.PEM
        )
    xmlsec.tree.add_ids(element, ["ID"])
    context.sign(signature)


def sealing_for(metadata, *, way=xmlsec.Transform.AES256, wrap=xmlsec.Transform.RSA_OAEP, tag="saml:Assertion"):
    """Encrypts what has this tag for the certificate in the metadata of a house, by xmlsec; None for anybody's."""
    text = key("other").text if metadata is None else certificate_in(metadata, "encryption")
    pem = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"

    def seal(root):
        open_one = root.find(f".//{tag}", NAMES)
        template = xmlsec.template.encrypted_data_create(root, way, type=xmlsec.EncryptionType.ELEMENT, ns="xenc")
        xmlsec.template.encrypted_data_ensure_cipher_value(template)
        info = xmlsec.template.encrypted_data_ensure_key_info(template, ns="ds")
        xmlsec.template.encrypted_data_ensure_cipher_value(xmlsec.template.add_encrypted_key(info, wrap))
        manager = xmlsec.KeysManager()
        manager.add_key(xmlsec.Key.from_memory(pem, xmlsec.KeyFormat.CERT_PEM))
        context = xmlsec.EncryptionContext(manager)
        context.key = xmlsec.Key.generate(xmlsec.KeyData.AES, 256, xmlsec.KeyDataType.SESSION)
        holder = etree.Element(f"{{{SAML}}}Encrypted{'ID' if tag.endswith('NameID') else 'Assertion'}")
        open_one.addprevious(holder)
        holder.append(context.encrypt_xml(template, open_one))

    return seal


def certificate_in(metadata, use):
    """What a house says about its key for this use."""
    root = etree.fromstring(metadata)
    (found,) = root.findall(f".//{MD}KeyDescriptor[@use='{use}']//{{{DS}}}X509Certificate")
    return found.text


MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"


def signed_query(name, message, *, state="", by="own", how="rsa-sha256", after=None):
    """A message as it travels in an address; `after` changes the signed query."""
    packed = zlib.compress(message if isinstance(message, bytes) else etree.tostring(message))[2:-4]
    parts = {name: base64.b64encode(packed).decode()}
    if state:
        parts["RelayState"] = state
    algorithm = f"http://www.w3.org/{'2000/09/xmldsig' if how == 'rsa-sha1' else '2001/04/xmldsig-more'}#{how}"
    query = urlencode(parts | {"SigAlg": algorithm})
    digest = hashes.SHA1() if how == "rsa-sha1" else hashes.SHA256()
    signature = key(by).private.sign(query.encode(), padding.PKCS1v15(), digest)
    query += "&" + urlencode({"Signature": base64.b64encode(signature).decode()})
    return query if after is None else after(query)


def holds(query, name, certificate):
    """Whether a query is signed by the key of a certificate, as a provider checks it."""
    raw = dict(part.split("=", 1) for part in query.split("&"))
    signed = "&".join(f"{one}={raw[one]}" for one in (name, "RelayState", "SigAlg") if one in raw)
    found = x509.load_der_x509_certificate(base64.b64decode(certificate))
    found.public_key().verify(
        base64.b64decode(unquote(raw["Signature"])), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    return True


def message_in(address, name):
    sent = {one: values[0] for one, values in parse_qs(urlsplit(address).query).items()}
    return etree.fromstring(zlib.decompress(base64.b64decode(sent[name]), -15)), sent.get("RelayState", "")


def question_in(address):
    """What we ask, read as a provider reads it: number, our name, where the answer goes, what comes back."""
    sent = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    root = etree.fromstring(zlib.decompress(base64.b64decode(sent["SAMLRequest"]), -15))
    assert root.tag == f"{{{SAMLP}}}AuthnRequest"
    return {
        "id": root.get("ID"), "issuer": root.findtext("saml:Issuer", namespaces=NAMES),
        "answers": root.get("AssertionConsumerServiceURL"), "destination": root.get("Destination"),
        "state": sent["RelayState"],
    }  # fmt: skip


def goodbye(house, *, leave, name=None, indexes=("_session1",), number="_out1", seal=None, **lies):
    """The request of a provider to sign somebody out."""
    told = {"issuer": house.entity, "destination": leave, "at": stamp(), "version": "2.0", **lies}
    sessions = "".join(f"<samlp:SessionIndex>{index}</samlp:SessionIndex>" for index in indexes)
    root = etree.fromstring(
        f'<samlp:LogoutRequest xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="{number}" Version="{told["version"]}"'
        f' IssueInstant="{told["at"]}" Destination="{told["destination"]}"><saml:Issuer>{told["issuer"]}</saml:Issuer>'
        f"<saml:NameID>{house.name_id if name is None else name}</saml:NameID>{sessions}</samlp:LogoutRequest>"
    )
    if seal is not None:
        seal(root)
    return root


def farewell(house, *, to, destination, status=SUCCESS, inner="", issuer=None):
    """What a provider answers to a request to sign somebody out."""
    part = f'<samlp:StatusCode Value="{inner}"/>' if inner else ""
    return etree.fromstring(
        f'<samlp:LogoutResponse xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="_b1" Version="2.0"'
        f' IssueInstant="{stamp()}" Destination="{destination}" InResponseTo="{to}">'
        f"<saml:Issuer>{issuer or house.entity}</saml:Issuer>"
        f'<samlp:Status><samlp:StatusCode Value="{status}">{part}</samlp:StatusCode></samlp:Status>'
        "</samlp:LogoutResponse>"
    )


@contextmanager
def running():
    """The provider on this machine: metadata, and a page with a form that brings the answer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.provider
    server.shutdown()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        provider, path = self.server.provider, urlsplit(self.path).path
        if path == "/metadata":
            self._answer(200, provider.metadata(), "application/samlmetadata+xml")
        elif path == "/sign-on":
            asked = question_in(self.path)
            text = provider.answer(asked, signs="none" if provider.fails else "response")
            page = (
                '<!doctype html><html lang="de"><title>Haus</title>'
                f'<form method="post" action="{escape(asked["answers"])}">'
                f'<input type="hidden" name="RelayState" value="{escape(asked["state"])}">'
                f'<input type="hidden" name="SAMLResponse" value="{text}"><button>Als Svenja weiter</button></form>'
            )
            self._answer(200, page, "text/html; charset=utf-8")
        elif path == "/sign-out":
            asked, state = message_in(self.path, "SAMLRequest")
            provider.left.append(asked.findtext("saml:NameID", namespaces=NAMES))
            back = asked.findtext("saml:Issuer", namespaces=NAMES).replace("/metadata/", "/leave/")
            query = signed_query("SAMLResponse", farewell(provider, to=asked.get("ID"), destination=back), state=state)
            self.send_response(302)
            self.send_header("Location", f"{back}?{query}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif path == "/favicon.ico":
            self._answer(200, "", "image/x-icon")
        else:
            self._answer(404, "nothing", "text/plain")

    def _answer(self, status, body, content_type):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Nothing on the terminal of the tests."""
