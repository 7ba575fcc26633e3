"""Measures tokens: verification, decisions with a token in the process and over HTTP, and cedarling beside them.

    tokens.py <program verdict> [--rounds 5] [--tokens 2000] [--rate 300]

Every round makes new tokens of 1.35 KB, measures ours (`verdict bench token`), and then, with the same tokens, keys and
an equal policy, cedarling (PyPI cedarling-python; left out when it is not installed). Both verify the signature of the
token and its times, make entities of its claims, and evaluate one policy that reads the claim `roles`:

- ours, `cold` and `cached`: the verification alone, of a new token and of a known one; `decide cold` and `decide warm`:
  `POST /v1/decide` from the bytes of the request to those of the answer, with reasons;
- theirs: one call of `authorize_multi_issuer` with one access token, the first time and again, with its logs switched
  off. It comes through Python, which adds about a microsecond, and has no verification without a decision.

Cedarling takes keys from the issuer alone, at its start: a small server on this machine stands in for it. Over HTTP,
`verdict serve` answers a constant rate of requests, first each with a new token and then the same ones again.
"""

import argparse
import json
import multiprocessing
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

try:
    import cedarling_python as cedarling
except ImportError:
    cedarling = None

ALGORITHMS = ["RS256", "ES256"]


def serve_keys(file, port):
    """Answers discovery and keys from what was written last, in a process of its own: cedarling waits in ours."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

        def do_GET(self):
            known = json.loads(Path(file).read_text())
            found = known["jwks"] if self.path == "/keys" else {
                "issuer": known["issuer"], "jwks_uri": known["issuer"] + "/keys"}
            body = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    port.send(server.server_port)
    server.serve_forever()


class Cedarling:
    """Cedarling with the policy and the tenant that `verdict bench token` has."""

    def __init__(self, folder, issuer):
        store = Path(folder) / "store"
        for path, content in {
            "metadata.json": {
                "cedar_version": "4.6.0", "policy_store_spec_version": 1,
                "policy_store": {"id": "5e1f0a9c3b7d2468", "name": "bench", "version": "1.0.0"},
            },
            "schema.cedarschema": """
                namespace Bench {
                  type Url = {host: String, path: String, protocol: String};
                  entity Access_Token = {token_type: String, jti: String, iss: Login::TrustedIssuer,
                    validated_at: Long, exp: Long, sub?: String, aud?: String} tags Set<String>;
                  entity Caller;
                  entity Order;
                  action "approve" appliesTo {principal: [Caller], resource: [Order],
                    context: {tokens: {login_access_token?: Access_Token, total_token_count: Long}}};
                }
                namespace Login { entity TrustedIssuer = {issuer_entity_id: Bench::Url}; }
                """,
            "policies/approve.cedar": """
                @id("approve")
                permit (principal, action == Bench::Action::"approve", resource is Bench::Order)
                when {
                  context.tokens has login_access_token && context.tokens.login_access_token.hasTag("roles")
                    && context.tokens.login_access_token.getTag("roles").contains("Orders.Approver")
                };
                """,
            "trusted-issuers/login.json": {
                "name": "Login", "description": "the issuer of the samples",
                "configuration_endpoint": issuer + "/.well-known/openid-configuration",
                "token_metadata": {
                    "access_token": {"trusted": True, "entity_type_name": "Bench::Access_Token", "token_id": "jti"}
                },
            },
        }.items():
            file = store / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content if isinstance(content, str) else json.dumps(content))
        self.engine = cedarling.Cedarling(cedarling.BootstrapConfig({
            "CEDARLING_APPLICATION_NAME": "bench",
            "CEDARLING_POLICY_STORE_LOCAL_FN": str(store),
            "CEDARLING_JWT_SIG_VALIDATION": "enabled",
            "CEDARLING_JWT_STATUS_VALIDATION": "disabled",
            "CEDARLING_JWT_SIGNATURE_ALGORITHMS_SUPPORTED": ALGORITHMS,
            "CEDARLING_LOG_TYPE": "off",
        }))
        self.resource = cedarling.EntityData.from_dict(
            {"cedar_entity_mapping": {"entity_type": "Bench::Order", "id": "o1"}})

    def ask(self, token):
        return self.engine.authorize_multi_issuer(cedarling.AuthorizeMultiIssuerRequest(
            tokens=[cedarling.TokenInput(mapping="Bench::Access_Token", payload=token)],
            action='Bench::Action::"approve"', context={}, resource=self.resource))

    def check(self, token):
        """It must say yes to a token and not to one with another signature."""
        if not self.ask(token).is_allowed():
            sys.exit("error: cedarling refuses a good token")
        head, _, signature = token.rpartition(".")
        try:
            allowed = self.ask(head + "." + ("A" if signature[0] != "A" else "B") + signature[1:]).is_allowed()
        except cedarling.authorize_errors.AuthorizeError:
            allowed = False
        if allowed:
            sys.exit("error: cedarling accepts a forged token")

    def measure(self, tokens):
        """Nanoseconds of each first call and of each second one."""
        rounds = []
        for _ in range(2):
            times = []
            for token in tokens:
                start = time.perf_counter_ns()
                allowed = self.ask(token).is_allowed()
                times.append(time.perf_counter_ns() - start)
                if not allowed:
                    sys.exit("error: cedarling refuses a good token")
            rounds.append(sorted(times))
        return rounds


def percentile(values, part):
    return values[min(len(values) - 1, int(len(values) * part))]


def cell(pairs):
    """The medians over the rounds of a median and a 99th percentile, in microseconds."""
    if not pairs:
        return f"{'-':>18}"
    p50, p99 = (statistics.median(pair[i] for pair in pairs) / 1e3 for i in (0, 1))
    return f"{p50:.1f}/{p99:.1f}".rjust(18)


def compare(options, folder):
    file = Path(folder) / "tokens.json"
    file.write_text('{"issuer": "", "jwks": {}}')
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve_keys, args=(str(file), there), daemon=True)
    server.start()
    issuer = f"http://127.0.0.1:{here.recv()}"
    steps = ["bare", "cold", "cached", "decide_cold", "decide_warm", "their_first", "their_again"]
    found = {(algorithm, step): [] for algorithm in ALGORITHMS for step in steps}
    try:
        for _ in range(options.rounds):
            ours = subprocess.run(
                [options.program, "bench", "token", "--tokens", str(options.tokens), "--issuer", issuer, "--write",
                 folder, "--format", "json"], check=True, capture_output=True, text=True).stdout
            for row in json.loads(ours):
                for step in steps[:5]:
                    if row["algorithm"] in ALGORITHMS:
                        found[row["algorithm"], step].append((row[step]["p50"], row[step]["p99"]))
            if cedarling is None:
                continue
            peer = Cedarling(folder, issuer)
            tokens = json.loads(file.read_text())["tokens"]
            for algorithm in ALGORITHMS:
                peer.check(tokens[algorithm][-1])
                for step, times in zip(steps[5:], peer.measure(tokens[algorithm][:-1])):
                    found[algorithm, step].append((percentile(times, 0.5), percentile(times, 0.99)))
    finally:
        server.kill()
    print(f"{'us, p50/p99':<14}" + "".join(f"{step.replace('_', ' '):>18}" for step in steps))
    for algorithm in ALGORITHMS:
        print(f"{algorithm:<14}" + "".join(cell(found[algorithm, step]) for step in steps))
        if cedarling is not None:
            ratio = [statistics.median(p[0] for p in found[algorithm, step])
                     for step in ("their_first", "decide_cold", "their_again", "decide_warm")]
            print(f"  theirs is {ratio[0] / ratio[1]:.1f} of our decide cold, and {ratio[2] / ratio[3]:.1f} of our "
                  "decide warm")


def over_http(options, folder):
    seconds = 10
    # One second to warm up, and each token once.
    count = max(100, int(options.rate * (seconds + 2)))
    subprocess.run([options.program, "bench", "token", "--tokens", str(count), "--write", folder, "--write-only"],
                   check=True)
    with open(Path(folder) / "serve.log", "w") as log:
        server = subprocess.Popen(
            [options.program, "serve", "--bundle", str(Path(folder) / "bench"), "--port", "0", "--operations-port", "0",
             "--threads", "1"], stdout=subprocess.DEVNULL, stderr=log)
    try:
        while not (port := re.search(r"decisions on http://127.0.0.1:(\d+)", Path(log.name).read_text())):
            if server.poll() is not None:
                sys.exit(Path(log.name).read_text())
            time.sleep(0.05)
        print(f"over HTTP, {options.rate} requests a second at constant rate, p50/p99 in us")
        for algorithm in ALGORITHMS:
            cells = ""
            for what in ("new tokens", "the same again"):
                output = subprocess.run(
                    [options.program, "bench", "http", "--url", f"http://127.0.0.1:{port[1]}/v1/decide", "--tenant",
                     "acme", "--requests", str(Path(folder) / f"{algorithm}.jsonl"), "--rate", str(options.rate),
                     "--duration", str(seconds), "--format", "json"],
                    check=True, capture_output=True, text=True).stdout
                figures = json.loads(output)
                if set(figures["statuses"]) != {"200"}:
                    sys.exit(f"error: unexpected answers {figures['statuses']}")
                latency = figures["latency_ns"]
                cells += f"   {what} {latency['p50'] / 1e3:.0f}/{latency['p99'] / 1e3:.0f}"
            print(f"{algorithm:<10}{cells}")
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=2_000)
    parser.add_argument("--rate", type=int, default=300)
    options = parser.parse_args()
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    if cedarling is None:
        print("cedarling is not installed: ours alone (see requirements.txt)")
    with tempfile.TemporaryDirectory() as folder:
        compare(options, folder)
        over_http(options, folder)


if __name__ == "__main__":
    main()
