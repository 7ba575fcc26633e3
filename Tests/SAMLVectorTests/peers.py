"""Judges a folder of minted messages with other implementations, and prints what each accepted and refused.

    peers.py FOLDER [RESULTS]

FOLDER has a manifest.json as the published sets do, or a folder `minted` that has one. RESULTS is what
`verdict conformance saml --vectors FOLDER --results RESULTS` wrote. With VERBOSE set, each difference is listed.

The others are as strict as their settings make them, with the clock of the messages. A case that they cannot be asked
about (an assertion without a response) is left out of their columns. Needs python3-saml, pysaml2 and xmlsec1.
"""

import base64
import calendar
import io
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"


class Clock:
    """The module `time`, at another time."""

    def __init__(self, now):
        self.now = now

    def __getattr__(self, name):
        return getattr(time, name)

    def gmtime(self, seconds=None):
        return time.gmtime(self.now if seconds is None else seconds)

    def time(self):
        return self.now


def body(path):
    lines = Path(path).read_text().splitlines()
    return "".join(line for line in lines if not line.startswith("-----"))


class Case:
    def __init__(self, folder, entry):
        self.folder, self.entry = folder, entry
        self.id = entry["id"]
        self.message = (folder / entry["file"]).read_bytes()
        self.certificates = [body(folder / name) for name in entry["idp_certs"]]
        self.now = calendar.timegm(time.strptime(entry["now"][:19], "%Y-%m-%dT%H:%M:%S"))
        self.keys = [folder / name for name in entry.get("sp_keys") or []]

    def __getitem__(self, name):
        return self.entry.get(name)


class PythonSAML:
    """python3-saml, strict, with deprecated algorithms rejected."""

    name = "python3-saml"

    def judge(self, case):
        from onelogin.saml2.constants import OneLogin_Saml2_Constants
        from onelogin.saml2.response import OneLogin_Saml2_Response
        from onelogin.saml2.settings import OneLogin_Saml2_Settings
        from onelogin.saml2.utils import OneLogin_Saml2_Utils

        OneLogin_Saml2_Utils.now = staticmethod(lambda: case.now)
        OneLogin_Saml2_Constants.ALLOWED_CLOCK_DRIFT = case["skew"]
        certificates = case.certificates or [""]
        settings = OneLogin_Saml2_Settings(
            {
                "strict": True,
                "sp": {
                    "entityId": case["sp_entity"],
                    "assertionConsumerService": {"url": case["acs"]},
                    "privateKey": body(case.keys[0]) if case.keys else "",
                },
                "idp": {
                    "entityId": case["idp_entity"],
                    "singleSignOnService": {"url": "https://idp.example/sso", "binding": REDIRECT},
                    "x509cert": certificates[0],
                    "x509certMulti": {"signing": certificates},
                },
                "security": {"rejectDeprecatedAlgorithm": True, "wantAttributeStatement": False},
            },
            sp_validation_only=True,
        )
        response = OneLogin_Saml2_Response(settings, base64.b64encode(case.message).decode())
        scheme, _, rest = case["acs"].partition("://")
        host, _, path = rest.partition("/")
        request = {"https": "on" if scheme == "https" else "off", "http_host": host, "script_name": "/" + path}
        if not response.is_valid(request, case["in_response_to"], raise_exceptions=False):
            return None
        return response.get_nameid() or ""


class PySAML2:
    """pysaml2, with unsolicited responses allowed where no request is expected, and a signature wanted."""

    name = "pysaml2"

    def judge(self, case):
        import saml2.time_util
        import saml2.validate
        from saml2 import BINDING_HTTP_POST
        from saml2.client import Saml2Client
        from saml2.config import SPConfig

        saml2.time_util.time = saml2.validate.time = Clock(case.now)
        keys = "".join(
            '<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>'
            f"<ds:X509Certificate>{text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for text in case.certificates
        )
        metadata = (
            '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
            f'entityID="{case["idp_entity"]}"><md:IDPSSODescriptor '
            f'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}'
            f'<md:SingleSignOnService Binding="{REDIRECT}" Location="https://idp.example/sso"/>'
            "</md:IDPSSODescriptor></md:EntityDescriptor>"
        )
        pairs = [{"key_file": str(key), "cert_file": str(key.with_suffix(".crt"))} for key in case.keys]
        settings = {
            "entityid": case["sp_entity"],
            "xmlsec_binary": shutil.which("xmlsec1"),
            "accepted_time_diff": case["skew"],
            "metadata": {"inline": [metadata]},
            "encryption_keypairs": pairs,
            "service": {
                "sp": {
                    "endpoints": {"assertion_consumer_service": [(case["acs"], BINDING_HTTP_POST)]},
                    "allow_unsolicited": case["in_response_to"] is None,
                    "want_response_signed": False,
                    "want_assertions_signed": False,
                    "want_assertions_or_response_signed": True,
                }
            },
        }
        if pairs:
            settings.update(pairs[0])
        client = Saml2Client(config=SPConfig().load(settings))
        outstanding = {case["in_response_to"]: "/"} if case["in_response_to"] else {}
        response = client.parse_authn_request_response(
            base64.b64encode(case.message).decode(), BINDING_HTTP_POST, outstanding
        )
        if response is None or response.assertion is None:
            return None
        subject = response.get_subject()
        return (subject.text or "") if subject is not None else ""


def verdict(engine, case):
    """The name id that the engine read; None for a refusal."""
    silence = io.StringIO()
    kept = sys.stdout, sys.stderr
    try:
        sys.stdout = sys.stderr = silence
        return engine.judge(case)
    except Exception:  # whatever ends the judgement refuses the message
        return None
    finally:
        sys.stdout, sys.stderr = kept


ENGINES = (PythonSAML(), PySAML2())


def answer(engine, folder, entries):
    """Prints the verdicts of one engine, in a process of its own."""
    cases = [Case(folder, entry) for entry in entries]
    print(json.dumps({case.id: verdict(engine, case) for case in cases if not case["bare"]}))


def asked(engine, folder):
    """The verdicts of an engine.

    The libraries behind the engines do not bear each other in one process.
    """
    with tempfile.TemporaryDirectory() as scratch:
        outcome = subprocess.run(
            [sys.executable, __file__, "--engine", engine.name, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"TMPDIR": scratch},
            check=True,
        )
    return json.loads(outcome.stdout.splitlines()[-1])


def own_results(path):
    results = {}
    for line in Path(path).read_text().splitlines():
        entry = json.loads(line)
        name = (entry.get("values") or {}).get("name_id")
        results[entry["id"]] = (name or "") if entry["actual"] == "accept" else None
    return results


class Column:
    def __init__(self, name):
        self.name = name
        self.accepted = self.valid = self.refused = self.attacks = self.forged = self.policies = self.lenient = 0

    def count(self, case, name):
        expected = case["expect"]
        if expected == "accept":
            self.valid += 1
            self.accepted += name is not None
            return name is None
        if expected == "policy":
            self.policies += 1
            self.lenient += name is not None
            return False
        self.attacks += 1
        self.refused += name is None
        self.forged += name is not None and name == (case["attack_nameid"] or "admin@example.com")
        return name is not None


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[1] == "--engine":
        engine = next(engine for engine in ENGINES if engine.name == sys.argv[2])
        folder = Path(sys.argv[3])
        answer(engine, folder, json.loads((folder / "manifest.json").read_text())["cases"])
        return
    folder = Path(sys.argv[1])
    if not (folder / "manifest.json").exists():
        folder /= "minted"
    cases = [Case(folder, entry) for entry in json.loads((folder / "manifest.json").read_text())["cases"]]
    columns = []
    if len(sys.argv) > 2:
        ours, column = own_results(sys.argv[2]), Column("Verdict")
        for case in cases:
            if case.id in ours:
                column.count(case, ours[case.id])
        columns.append(column)
    for engine in ENGINES:
        names = asked(engine, folder)
        column = Column(engine.name)
        for case in cases:
            if case.id not in names:
                continue
            name = names[case.id]
            if column.count(case, name) and os.environ.get("VERBOSE"):
                print(f"{engine.name}: {case.id} {'refused' if name is None else 'accepted'}", file=sys.stderr)
        columns.append(column)
    print(f"{'':<24}" + "".join(f"{column.name:>16}" for column in columns))
    for title, text in [
        ("valid forms accepted", lambda c: f"{c.accepted} of {c.valid}"),
        ("attacks refused", lambda c: f"{c.refused} of {c.attacks}"),
        ("forged name returned", lambda c: f"{c.forged}"),
        ("policy cases accepted", lambda c: f"{c.lenient} of {c.policies}"),
    ]:
        print(f"{title:<24}" + "".join(f"{text(column):>16}" for column in columns))


main()
