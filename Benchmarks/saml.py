"""Compares the verification of a SAML response with python-xmlsec, which is libxmlsec1 without any of SAML's rules.

Both verify the same message of 5 KB, signed with RSA-2048, in turn and in the same minute, seven times each. The figures
are medians of the rounds. python-xmlsec parses the message, registers its IDs and verifies one signature with a key that
was loaded before; Verdict also decodes the base64, applies the rules of the profile, and maps the attributes.

    saml.py <program verdict>
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xmlsec
from lxml import etree

ROUNDS = 7
COUNT = 2000


def theirs(message, key):
    times = []
    for _ in range(COUNT):
        start = time.perf_counter_ns()
        root = etree.fromstring(message)
        node = xmlsec.tree.find_node(root, xmlsec.constants.NodeSignature)
        xmlsec.tree.add_ids(root, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = key
        context.verify(node)
        times.append(time.perf_counter_ns() - start)
    times.sort()
    return {"p50_ns": times[len(times) // 2], "p99_ns": times[len(times) * 99 // 100]}


def ours(program, folder, threads):
    command = [program, "bench", "saml", "--folder", folder, "--count", str(COUNT), "--threads", str(threads)]
    outcome = subprocess.run([*command, "--format", "json"], stdout=subprocess.PIPE, check=True)
    return json.loads(outcome.stdout)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program = sys.argv[1]
    single, double, peer = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        ours(program, folder, 1)
        message = Path(folder, "message.xml").read_bytes()
        key = xmlsec.Key.from_file(str(Path(folder, "key.pem")), xmlsec.constants.KeyDataFormatPem)
        theirs(message, key)
        for _ in range(ROUNDS):
            single.append(ours(program, folder, 1))
            peer.append(theirs(message, key))
            double.append(ours(program, folder, 2))
    median = statistics.median
    print(f"{len(message)} bytes, {ROUNDS} rounds of {COUNT}")
    print(f"{'':<16}{'p50 us':>9}{'p99 us':>9}{'per second':>12}{'two threads':>13}{'scaling':>9}")
    for way in ("ours", "both", "cached"):
        p50, p99 = (median(round_[way][name] for round_ in single) / 1000 for name in ("p50_ns", "p99_ns"))
        one, two = (median(round_[way]["per_second"] for round_ in rounds) for rounds in (single, double))
        print(f"{way:<16}{p50:>9.1f}{p99:>9.1f}{one:>12.0f}{two:>13.0f}{two / one:>9.2f}")
    p50, p99 = (median(round_[name] for round_ in peer) / 1000 for name in ("p50_ns", "p99_ns"))
    version = ".".join(str(part) for part in xmlsec.get_libxmlsec_version())
    print(f"{'python-xmlsec':<16}{p50:>9.1f}{p99:>9.1f}   (libxmlsec1 {version}, in one thread)")


main()
