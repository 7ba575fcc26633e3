"""Many issuers at once: rotation of keys under load, outages, and a flood of unknown keys, against a running server.

    issuers.py <program verdict> [--issuers 10000] [--unknown 1000000] [--flood 5000] [--rate 500]
               [--ahead 300] [--seconds 30]

The issuers are tenants of one program on this machine: issuer.py, or tinyidp of VERDICT_VECTORS where that is set. The
schedule of the server is the real one, so that a key has to be published `--ahead` seconds before its use, the
refresh interval that the issuers ask for; 0 leaves that part out. The unknown keys come at a rate of `--flood` a second,
since a server that is saturated says nothing about keys. Exits with 1 when something is not as it must be.
"""

import argparse
import base64
import http.client
import json
import os
import random
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Faults, and of how many issuers; those that cost the machine much are few.
FAULTS = {"500": 0.05, "reset": 0.05, "html": 0.02, "empty": 0.02, "redirect": 0.02, "bad_issuer": 0.02,
          "hang": 0.001, "huge": 0.0005}
LIFETIME = 4 * 3600
# An application has at most 10,000 files, so that tenants share them.
PER_TENANT = 10

failures = []


def expect(holds, text):
    print(f"  {'ok    ' if holds else 'FAILED'} {text}", flush=True)
    if not holds:
        failures.append(text)


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}; load {os.getloadavg()[0]:.1f}", flush=True)


class Caller(threading.local):
    """One open connection to one port for each thread."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def __call__(self, path, body=None):
        for attempt in range(3):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                    self.connection.connect()
                    self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connection.request("GET" if body is None else "POST", path, body,
                                        {"Content-Type": "application/json"})
                answer = self.connection.getresponse()
                return answer.status, answer.read().decode()
            except (http.client.HTTPException, OSError):
                self.connection = None
                if attempt == 2:
                    raise


class Issuers:
    def __init__(self, count):
        vectors = os.environ.get("VERDICT_VECTORS")
        self.program = Path(vectors) / "idp-local" / "tinyidp.py" if vectors else HERE / "issuer.py"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, str(self.program), "--port", str(port), "--tenants", str(count)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process.stdout.readline()
        self.base = f"http://127.0.0.1:{port}"
        self.call = Caller(port)

    def post(self, number, what, wish):
        return self.call(f"/t/{number}/{what}", json.dumps(wish))[1]

    def mint(self, number, kid=None):
        """A token; by the newest key unless one is named."""
        now = int(time.time())
        wish = {"alg": "ES256", "claims": {"exp": now + LIFETIME, "iat": now}}
        return self.post(number, "mint", wish | ({"kid": kid} if kid else {}))

    def fetches(self):
        return json.loads(self.call("/stats")[1])["per_tenant"]

    def stop(self):
        self.process.kill()
        self.process.wait()


class Server:
    def __init__(self, program, folder):
        self.log = open(folder / "serve.log", "w+")
        start = time.monotonic()
        self.process = subprocess.Popen(
            [program, "serve", "--bundle", str(folder / "orders"), "--port", "0", "--operations-port", "0",
             "--allow-loopback-issuers", "--state-dir", str(folder / "state"), "--threads", "1"],
            stdout=subprocess.DEVNULL, stderr=self.log)
        while not (ports := re.findall(r"(?:decisions|operations) on http://127.0.0.1:(\d+)", self.text)) \
                or len(ports) < 2:
            if self.process.poll() is not None:
                sys.exit(self.text)
            time.sleep(0.05)
        self.seconds = time.monotonic() - start
        found = dict(re.findall(r"(decisions|operations) on http://127.0.0.1:(\d+)", self.text))
        self.port, operations = int(found["decisions"]), int(found["operations"])
        self.call, self.operations = Caller(self.port), Caller(operations)

    @property
    def text(self):
        return Path(self.log.name).read_text()

    @property
    def memory(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def counts(self):
        """Decisions with a credential: accepted, indeterminate, and refused by code."""
        text = self.operations("/metrics")[1]
        rows = re.findall(r'verdict_credentials_total\{result="(\w+)",code="([^"]*)"\} (\d+)', text)
        return {code or result: int(count) for result, code, count in rows}

    def issuers(self):
        text = self.operations("/metrics")[1]
        return {state: int(count) for state, count in re.findall(r'verdict_issuers\{state="(\w+)"\} (\d+)', text)}

    def ask(self, body):
        status, text = self.call("/v1/decide", body)
        answer = json.loads(text)
        return answer.get("decision") or answer.get("code"), status, text

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait()


class Load:
    """A constant rate of requests, each with a token of another issuer, while something else goes on."""

    def __init__(self, program, server, folder, tokens, rate, seconds):
        self.server = server
        bodies = [body(number, token) for number, token in tokens.items()]
        random.shuffle(bodies)
        file = folder / f"bodies-{time.monotonic_ns()}.jsonl"
        file.write_text("\n".join(bodies))
        self.before = server.counts()
        self.process = subprocess.Popen(
            [program, "bench", "http", "--url", f"http://127.0.0.1:{server.port}/v1/decide", "--requests", str(file),
             "--rate", str(rate), "--duration", str(seconds), "--connections", "16", "--format", "json"],
            stdout=subprocess.PIPE, text=True)

    def result(self, what):
        output = self.process.communicate()[0]
        if self.process.returncode != 0:
            sys.exit(f"{what}: the load ended with {self.process.returncode}")
        figures = json.loads(output)
        # The server hands its counts over once a second.
        time.sleep(2)
        after = self.server.counts()
        changes = {code: after[code] - self.before.get(code, 0) for code in after}
        latency = figures["latency_ns"]
        print(f"  {what}: {figures['throughput']:.0f} a second, p50 {latency['p50'] / 1e3:.0f} us, "
              f"p99 {latency['p99'] / 1e3:.0f} us, max {latency['max'] / 1e6:.1f} ms; memory {self.server.memory:.0f} MiB",
              flush=True)
        return figures["statuses"], {code: count for code, count in changes.items() if count}


def body(number, token):
    return json.dumps({"tenant": f"t{number // PER_TENANT}", "action": {"id": "read"}, "resource": {"type": "Order", "id": "o1"},
                       "credentials": [{"type": "jwt", "value": token}]})


def write_application(folder, base, count):
    for path, text in {
        "bundle.yaml": "name: orders\nnamespace: Orders\n",
        "orders.cedarschema": "namespace Orders {\n  entity User = {scopes: Set<String>};\n  entity Order;\n"
                              '  action "read" appliesTo {principal: [User], resource: [Order]};\n}\n',
        "policies/orders.cedar": '@id("read")\npermit (principal, action == Orders::Action::"read", resource)\n'
                                 'when { principal.scopes.contains("orders:read") };\n',
    }.items():
        file = folder / "orders" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (folder / "orders/tenants").mkdir()
    for tenant in range(-(-count // PER_TENANT)):
        issuers = "".join(
            f'    - {{issuer: "{base}/t/{number}", audiences: ["https://api.verdict.example"]}}\n'
            for number in range(tenant * PER_TENANT, min(count, (tenant + 1) * PER_TENANT)))
        (folder / f"orders/tenants/t{tenant}.yaml").write_text(
            f"id: t{tenant}\noidc:\n  issuers:\n{issuers}"
            "claims:\n  attributes:\n    scopes: {from: scope, as: words, default: []}\n")


def flood(port, base, number, count, rate):
    """Sends tokens with `count` different unknown keys at a rate; counts the answers by what they say."""

    def encode(text):
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    now = int(time.time())
    claims = encode(json.dumps({"iss": f"{base}/t/{number}", "sub": "x", "aud": "https://api.verdict.example",
                                "iat": now, "exp": now + 3600, "jti": "1", "client_id": "c"}))
    tail = f".{claims}.{encode('s' * 64)}"
    counts = {"indeterminate": 0, "refused": 0, "other": 0}
    batch, connections = 16, 8
    begin = time.monotonic()

    def request(kid):
        text = body(number, encode(f'{{"alg":"ES256","kid":"unknown-{kid:09d}","typ":"at+jwt"}}') + tail)
        return (f"POST /v1/decide HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(text)}\r\n\r\n{text}").encode()

    def send(first, last):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            for start in range(first, last, batch):
                end = min(start + batch, last)
                time.sleep(max(0, begin + (start - first) * connections / rate - time.monotonic()))
                connection.sendall(b"".join(request(kid) for kid in range(start, end)))
                wanted, text = end - start, b""
                while text.count(b"HTTP/1.1 ") < wanted or not text.endswith(b"}"):
                    part = connection.recv(1 << 20)
                    if not part:
                        raise OSError("the server closed the connection")
                    text += part
                pending = text.count(b'"code":"INDETERMINATE"')
                refused = text.count(b'"code":"sig.key_unknown"')
                counts["indeterminate"] += pending
                counts["refused"] += refused
                counts["other"] += wanted - pending - refused

    share = -(-count // connections)
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(lambda i: send(i * share, min(count, (i + 1) * share)), range(connections)))
    return counts


def use_at_once(issuers, server, number):
    """Signs with a new key at the moment it is published, and asks until the token counts."""
    issuers.post(number, "rotate", {"overlap": False})
    # From here on every fetch brings the new key.
    fetched = issuers.fetches().get(f"{number}:jwks", 0)
    token = issuers.mint(number)
    start, outcomes = time.monotonic(), []
    while time.monotonic() - start < 90:
        outcome = server.ask(body(number, token))[0]
        outcomes.append(outcome)
        if outcome == "allow":
            break
        time.sleep(0.2)
    fetches = issuers.fetches().get(f"{number}:jwks", 0) - fetched
    return outcomes, time.monotonic() - start, fetches


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    for name, value in {"issuers": 10_000, "unknown": 1_000_000, "flood": 5_000, "rate": 500, "ahead": 300, "seconds": 30}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        issuers = Issuers(options.issuers)
        servers = []
        try:
            run(options, Path(folder), issuers, servers)
        finally:
            issuers.stop()
            for server in servers:
                if server.process.poll() is None:
                    server.stop(signal.SIGKILL)
    if failures:
        sys.exit(f"error: {len(failures)} expectations failed")


def run(options, folder, issuers, servers):
    count, pool = options.issuers, ThreadPoolExecutor(16)
    say(f"{count} issuers of {issuers.program.name}")
    write_application(folder, issuers.base, count)
    start = time.monotonic()
    server = Server(options.program, folder)
    servers.append(server)
    say(f"the server is ready after {server.seconds:.1f} s, {server.memory:.0f} MiB")
    while server.issuers().get("fresh", 0) < count:
        time.sleep(2)
    say(f"all keys are there after {time.monotonic() - start:.0f} s, {server.memory:.0f} MiB")

    # Every issuer has one part: half announce keys, some fail, some use keys at once, one is flooded, the rest is calm.
    numbers = list(range(count))
    announced = numbers[: count // 2]
    rest = iter(numbers[count // 2:])
    faulty = {mode: [next(rest) for _ in range(max(1, int(count * share)))] for mode, share in FAULTS.items()}
    hasty = [next(rest) for _ in range(max(4, count // 100))]
    flooded = next(rest)
    tokens = dict(zip(numbers, pool.map(issuers.mint, numbers)))
    say("a token of each issuer is minted")

    print("calm", flush=True)
    statuses, changes = Load(options.program, server, folder, tokens, options.rate, options.seconds).result("calm")
    expect(set(statuses) == {"200"} and set(changes) == {"accepted"}, f"every token counts: {changes}")

    print("keys are published, issuers fail, keys are used at once, and a million keys are unknown", flush=True)
    before = issuers.fetches()
    old = dict(zip(announced, pool.map(
        lambda n: [k for k in json.loads(issuers.post(n, "rotate", {"overlap": True})) if k.startswith("es256")][-1],
        announced)))
    published = time.monotonic()
    for mode, members in faulty.items():
        list(pool.map(lambda n: issuers.post(n, "fault", {"mode": mode}), members))
    say(f"{len(announced)} issuers publish a second key; {sum(map(len, faulty.values()))} fail")
    # Tokens of the keys in use, new ones, so that none is remembered.
    calm = [n for n in numbers if n not in set(hasty)]
    tokens = dict(zip(calm, pool.map(lambda n: issuers.mint(n, old.get(n)), calm)))
    length = max(options.ahead, options.seconds * 2)
    load = Load(options.program, server, folder, tokens, options.rate, length)
    outcomes = list(pool.map(lambda n: use_at_once(issuers, server, n), hasty))
    waits = sorted(seconds for _, seconds, _ in outcomes)
    kinds = {outcome for each, _, _ in outcomes for outcome in each}
    fetches = max(fetches for _, _, fetches in outcomes)
    indeterminate = sum(each.count("INDETERMINATE") for each, _, _ in outcomes)
    say(f"{len(hasty)} issuers used a key at once: indeterminate for {waits[len(waits) // 2]:.1f} s (median), "
        f"{waits[-1]:.1f} s (longest)")
    expect(kinds <= {"INDETERMINATE", "allow"}, f"a key used at once is never refused: {kinds}")
    expect(all(each[-1] == "allow" for each, _, _ in outcomes) and fetches <= 1, f"it waits for {fetches} fetch")

    memory, fetched = server.memory, issuers.fetches().get(f"{flooded}:jwks", 0)
    start = time.monotonic()
    flow = flood(server.port, issuers.base, flooded, options.unknown, options.flood)
    seconds = time.monotonic() - start
    fetches = issuers.fetches().get(f"{flooded}:jwks", 0) - fetched
    say(f"{options.unknown} unknown keys in {seconds:.0f} s ({options.unknown / seconds:.0f} a second): {flow}")
    expect(flow["other"] == 0, "each is indeterminate or refused")
    expect(fetches <= 1 + seconds / 30, f"{fetches} fetches, at most one in 30 s")
    expect(server.memory - memory < 64, f"memory went from {memory:.0f} to {server.memory:.0f} MiB")
    expect(server.ask(body(flooded, issuers.mint(flooded)))[0] == "allow", "its good tokens count meanwhile")
    statuses, changes = load.result("under all that")
    expect(set(statuses) == {"200"}, f"the load sees no other status: {statuses}")
    refused = {code: n for code, n in changes.items() if code not in ("accepted", "INDETERMINATE")}
    expect(refused.pop("sig.key_unknown", 0) == flow["refused"] and not refused, f"no other refusals: {refused}")
    expect(changes.get("INDETERMINATE", 0) == flow["indeterminate"] + indeterminate,
           "nothing else is indeterminate")

    if options.ahead > 0:
        print(f"published keys are used, {options.ahead} s later", flush=True)
        time.sleep(max(0, published + options.ahead - time.monotonic()))
        tokens |= dict(zip(announced, pool.map(issuers.mint, announced)))
        say("new tokens are minted")
        statuses, changes = Load(
            options.program, server, folder, tokens, options.rate,
            max(options.seconds, 1.2 * len(tokens) / options.rate)).result("with the new keys")
        expect(set(statuses) == {"200"} and set(changes) == {"accepted"}, f"no token is refused: {changes}")
    after = issuers.fetches()
    total = sum(n - before.get(name, 0) for name, n in after.items() if name.endswith(":jwks"))
    say(f"{total} fetches of keys since the calm, states {server.issuers()}")

    print("the issuers are gone, and the server starts again", flush=True)
    fresh = dict(zip(calm, pool.map(issuers.mint, calm)))
    fresh = {n: token for n, token in fresh.items() if options.ahead > 0 or n not in old}
    issuers.stop()
    statuses, changes = Load(
        options.program, server, folder, fresh, options.rate, options.seconds).result("without issuers")
    expect(set(statuses) == {"200"} and set(changes) == {"accepted"}, f"every token counts: {changes}")
    server.stop()
    server = Server(options.program, folder)
    servers.append(server)
    line = re.search(r"took up keys of \d+ issuers", server.text)
    say(f"ready after {server.seconds:.1f} s, {line[0] if line else 'took up nothing'}, {server.memory:.0f} MiB")
    statuses, changes = Load(
        options.program, server, folder, fresh, options.rate, options.seconds).result("after a restart")
    expect(set(statuses) == {"200"} and set(changes) == {"accepted"}, f"every token counts: {changes}")


if __name__ == "__main__":
    main()
