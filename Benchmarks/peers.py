"""Compares the compiled engine with the Rust implementation of Cedar, as it is in the Python package cedarpy.

Both decide the same requests of the same files, in turn and in the same minutes, five times each. The figures are
means over all decisions: cedarpy reports whole microseconds, rounded down, so 0.5 is added to its mean. Decisions must
agree.

    peers.py <program Benchmarks> <file> ...
"""

import json
import subprocess
import sys
from pathlib import Path

import cedarpy

ROUNDS = 5
# So many times all requests of a file in each round.
BATCHES = 20


def uid(pair):
    return {"type": pair[0], "id": pair[1]}


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


class Peer:
    """A workload as cedarpy takes it: everything that can be parsed beforehand is."""

    def __init__(self, workload):
        policies = cedarpy.PolicySet.from_str(workload["policies"])
        links = workload.get("links") or []
        if links:
            policies = policies.with_linked_batch(
                [
                    {
                        "template_id": link["template"],
                        "new_id": link["id"],
                        "values": {slot: f"{kind}::{quoted(name)}" for slot, (kind, name) in link["slots"].items()},
                    }
                    for link in links
                ]
            )
        self.policies = policies
        schema = workload.get("schema")
        self.schema = cedarpy.Schema.from_json_str(json.dumps(schema)) if schema else None
        # Only with the schema do the entities get the action groups that it declares.
        self.entities = cedarpy.Entities.from_json_str(json.dumps(workload["entities"]), self.schema)
        self.requests = [
            {"principal": uid(r["principal"]), "action": uid(r["action"]), "resource": uid(r["resource"]), "context": {}}
            for r in workload["requests"]
        ]

    def measure(self):
        times = []
        for _ in range(BATCHES):
            results = cedarpy.is_authorized_batch(self.requests, self.policies, self.entities, self.schema)
            times += [result.metrics["authz_duration_micros"] + 0.5 for result in results]
        return sum(times) / len(times) * 1000, "".join("a" if result.allowed else "d" for result in results)


def main():
    program, files = sys.argv[1], sys.argv[2:]
    print(f"{'workload':<26}{'ours, mean ns':>16}{'p99 ns':>10}{'Rust Cedar, mean ns':>22}{'ratio':>9}")
    failed = False
    for file in files:
        peer = Peer(json.loads(Path(file).read_text()))
        with subprocess.Popen([program, "peer", file], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as ours:
            means, p99s, theirs = [], [], []
            for _ in range(ROUNDS):
                ours.stdin.write("\n")
                ours.stdin.flush()
                line = ours.stdout.readline()
                if not line.startswith("{"):
                    sys.exit(f"{file}: {line}")
                answer = json.loads(line)
                mean, decisions = peer.measure()
                if decisions != answer["decisions"]:
                    print(f"{file}: the decisions differ", file=sys.stderr)
                    failed = True
                means.append(answer["mean"])
                p99s.append(answer["p99"])
                theirs.append(mean)
            ours.stdin.close()
        mine, other = sorted(means)[ROUNDS // 2], sorted(theirs)[ROUNDS // 2]
        p99 = sorted(p99s)[ROUNDS // 2]
        print(f"{Path(file).stem:<26}{mine:>16.0f}{p99:>10.0f}{other:>22.0f}{other / mine:>8.0f}x")
    if failed:
        sys.exit(1)


main()
