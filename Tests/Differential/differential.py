#!/usr/bin/env python3
"""Compares this engine with the Rust engine on random cases.

Every case has several policies, mostly with a schema, entities and requests. Compared are: whether policies, schema,
entities and requests are accepted; which policies pass strict validation; decision, reasons and errors of every
request; the JSON form of every policy; and that formatted and translated text means the same to the Rust engine.

    differential.py --peer .build/release/DifferentialPeer --seed 1 --cases 2000

Exits with 1 when there was a disagreement; each kind is shown once, with a case made as small as possible. The same
seed makes the same cases. Needs the Python package `cedarpy` (Tests/requirements.txt).
"""

import argparse
import collections
import copy
import dataclasses
import json
import random
import re
import subprocess
import sys
import time

import reference
from cases import Cases, Policy, depth, nodes
from reference import NoAnswer, Refused


class Peer:
    """This engine, in a process of its own."""

    def __init__(self, path):
        self.path = path
        self.process = None

    def ask(self, question):
        if self.process is None:
            self.process = subprocess.Popen([self.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self.process.stdin.write(json.dumps(question).encode() + b"\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if line:
            return json.loads(line)
        status = self.process.wait()
        self.process = None
        return {"crash": status}


class Disagreement(Exception):
    """Something that both engines should agree about: what it is, and what each says."""

    def __init__(self, kind, ours, theirs):
        super().__init__(kind)
        self.kind, self.ours, self.theirs = kind, ours, theirs


# The findings where this engine is deliberately stricter with policies in JSON (`PolicyJSONReader` lists them): members
# and escapes that the reference ignores or takes for something else, templates without slots, functions that do not
# exist,
# methods of nothing.
STRICTER_JSON = re.compile(
    r"V1104|V1105|V1108|V1110|V110[23] (an entity|the \w+ of an entity|the entity \w+) |V1107 the method .* needs the value"
)

# The reference reads JSON nested less deeply than this.
JSON_DEPTH = 128


class Comparison:
    """Asks both engines; raises the first disagreement of a case. Counts what was compared."""

    def __init__(self, peer):
        self.peer = peer
        self.counts = collections.Counter()

    def agree(self, kind, ours, theirs, detail=""):
        self.counts[kind] += 1
        if ours != theirs:
            raise Disagreement(kind, "%s %s" % (ours, detail), theirs)

    def run(self, case):
        if case.raw_json is None and case.policies_are_json:
            case = dataclasses.replace(case, raw_json=json.dumps(reference.policies_to_json(case.policy_text())))
        question = {"links": case.links, "entities": json.dumps(case.entities)}
        question["requests"] = [dict(r, context=json.dumps(r["context"])) for r in case.requests]
        question.update({"policies": case.policy_text()} if case.raw_json is None else {"policies_json": case.raw_json})
        if case.schema is not None:
            question["schema"] = case.schema
        answer = self.peer.ask(question)
        if "crash" in answer:
            raise Disagreement("crash", answer["crash"], None)
        schema = self.compare_schema(case, answer) if case.schema is not None else None
        policies = self.compare_policies(case, answer["policies"])
        if policies is None:
            return
        if schema:
            self.compare_validation(case, answer, schema)
        try:
            for link in case.links:
                policies = reference.link(policies, link)
            refusal = None
        except Refused as error:
            refusal = str(error)
        self.agree("links accepted", "set" not in answer, refusal is None, answer.get("set", refusal))
        if refusal is None:
            self.compare_decisions(case, answer, schema, policies)

    # Schemas.

    def compare_schema(self, case, answer):
        ours = answer["schema"]
        try:
            schema, refusal = reference.schema(case.schema), None
        except Refused as error:
            schema, refusal = None, str(error)
        self.agree("schema accepted", ours["accepted"], schema is not None, ours.get("finding", refusal))
        if schema:
            self.translated("schema in JSON", reference.schema_from_json, ours["json"])
            if "text" in ours:
                self.translated("schema in Cedar syntax", reference.schema, ours["text"])
        return schema

    def translated(self, kind, read, text):
        try:
            read(text)
            self.agree(kind, True, True)
        except Refused as error:
            raise Disagreement(kind, text, str(error))

    # Policies.

    def compare_policies(self, case, ours):
        """The policies as the reference reads them; nothing when neither engine accepts them."""
        policies, refusal = None, None
        try:
            if case.raw_json is None:
                policies = reference.policy_set_of_text(case.policy_text())
            else:
                policies = reference.policy_set(case.raw_json)
        except Refused as error:
            refusal = str(error)
        if refusal and case.raw_json is not None and depth(json.loads(case.raw_json)) >= JSON_DEPTH:
            raise NoAnswer("JSON nested too deeply")
        accepted = policies is not None
        kind = "policies accepted" if case.raw_json is None else "JSON policies accepted"
        if case.raw_json is not None and accepted and STRICTER_JSON.match(ours.get("finding", "")):
            self.counts["JSON policies refused, as documented"] += 1
            return None
        self.agree(kind, ours["accepted"], accepted, ours.get("finding", refusal))
        if not accepted:
            return None
        document = (
            json.loads(case.raw_json) if case.raw_json is not None else reference.policies_to_json(case.policy_text())
        )
        parts = {**document.get("templates", {}), **document.get("staticPolicies", {})}
        if case.raw_json is None:
            self.agree("policy in JSON", ours["json"], parts)
            self.agree("format is stable", ours["stable"], True)
            self.agree("formatted text", self.reread("formatted text", ours["formatted"]), document)
        for id, policy in parts.items():
            if case.raw_json is not None:
                # The reference's own way through text and back, which drops what is not part of the meaning.
                group = "templates" if id in document.get("templates", {}) else "staticPolicies"
                alone = {"templates": {}, "staticPolicies": {}, "templateLinks": [], group: {id: policy}}
                if group == "templates":
                    # Without links, the reference prints no templates.
                    policy = ours["json"][id]
                else:
                    policy = self.single(reference.policies_from_json(json.dumps(alone)))
            self.agree("written text", self.single(ours["written"][id]), policy)
        return policies

    @staticmethod
    def reread(kind, text):
        """What the reference reads in a text of ours, which it must accept."""
        try:
            return reference.policies_to_json(text)
        except Refused as error:
            raise Disagreement(kind, text, str(error))

    def single(self, text):
        document = self.reread("written text", text)
        (policy,) = {**document["templates"], **document["staticPolicies"]}.values()
        return policy

    # Validation.

    def compare_validation(self, case, answer, schema):
        ours = answer["validation"]
        text = case.policy_text()
        names = {id: id for id in ours["strict"]}
        if case.raw_json is not None:
            # The reference validates text only: the text that both engines agree about, by position.
            names = {"policy%d" % n: id for n, id in enumerate(ours["strict"])}
            text = "".join(answer["policies"]["written"][id] for id in names.values())
        failing, messages = reference.failing_policies(text, schema)
        failing = sorted(names.get(id, id or "?") for id in failing)
        refused = sorted(id for id, passes in ours["strict"].items() if not passes)
        self.agree("strict validation", refused, failing, "\n".join(ours["findings"] + ["reference:"] + messages))
        for id, passes in ours["strict"].items():
            if passes:
                self.agree("strict implies permissive", ours["permissive"][id], True)
        self.counts["policies validated"] += len(ours["strict"])
        self.counts["policies refused by validation"] += len(failing)

    # Data and decisions.

    def compare_decisions(self, case, answer, schema, policies):
        entities = json.dumps(case.entities)
        for mode, with_schema in (("plain", None), ("typed", schema)):
            if mode == "typed" and not schema:
                continue
            try:
                store, refusal = reference.entities(entities, with_schema), None
            except Refused as error:
                store, refusal = None, str(error)
            ours = answer["entities"][mode]
            self.agree(mode + " entities accepted", ours["accepted"], store is not None, ours.get("finding", refusal))
            if not store:
                continue
            theirs = reference.decisions(case.requests, policies, store, with_schema)
            for outcome, expected in zip(answer["requests"], theirs):
                self.compare_outcome(mode, outcome[mode], expected, answer)

    def compare_outcome(self, mode, ours, theirs, answer):
        finding = ours.get("finding", theirs.get("finding"))
        self.agree(mode + " request accepted", ours["accepted"], theirs["accepted"], finding)
        if not ours["accepted"]:
            return
        errors = sorted((e["policy"], e["code"]) for e in ours["errors"])
        self.agree("decision", ours["decision"], theirs["decision"], (ours["reasons"], errors, theirs))
        self.agree("reasons", sorted(ours["reasons"]), theirs["reasons"])
        self.agree("errors", errors, theirs["errors"])
        self.agree("compiled engine", ours["compiled"], True)
        self.counts[ours["decision"]] += 1
        for _, code in errors:
            self.counts["error " + code] += 1
        if mode == "typed":
            # What validation promises.
            for policy, code in errors:
                if answer["validation"]["strict"].get(policy):
                    allowed = code in ("INTEGER_OVERFLOW", "MISSING_ENTITY", "INVALID_EXTENSION_VALUE")
                    self.agree("validated policies do not fail", allowed, True, (policy, code))


# Making a case small.


def smaller(case):
    """Cases with one part less, the big parts first."""
    for name in ("requests", "entities", "links", "policies"):
        values = getattr(case, name)
        if name == "policies" and (case.raw_policies is not None or case.raw_json is not None):
            continue
        for index in range(len(values)):
            if name == "policies":
                # The ids count positions.
                yield renumbered(case, index)
            else:
                yield dataclasses.replace(case, **{name: values[:index] + values[index + 1 :]})
    if case.raw_policies is None and case.raw_json is None:
        for number, policy in enumerate(case.policies):
            for index in range(len(policy.conditions)):
                yield with_policy(
                    case, number, Policy(policy.head, policy.conditions[:index] + policy.conditions[index + 1 :])
                )
            for text in shorter(policy.head):
                yield with_policy(case, number, Policy(text, policy.conditions))
            for index, condition in enumerate(policy.conditions):
                for text in shorter(condition):
                    conditions = policy.conditions[:index] + [text] + policy.conditions[index + 1 :]
                    yield with_policy(case, number, Policy(policy.head, conditions))
    elif case.raw_json is None:
        for text in shorter(case.raw_policies):
            yield dataclasses.replace(case, raw_policies=text)
    else:
        for document in smaller_json(json.loads(case.raw_json)):
            yield dataclasses.replace(case, raw_json=json.dumps(document))
    if case.schema is not None:
        yield dataclasses.replace(case, schema=None)
        for text in shorter(case.schema):
            yield dataclasses.replace(case, schema=text)
    for name in ("requests", "entities"):
        for document in smaller_json(getattr(case, name)):
            if isinstance(document, list) and all(isinstance(d, dict) for d in document):
                if name == "entities" or all(
                    set(d) == {"principal", "action", "resource", "context"} for d in document
                ):
                    yield dataclasses.replace(case, **{name: document})


def renumbered(case, gone):
    links = []
    for link in case.links:
        number = int(link["template"][6:])
        if number != gone:
            links.append(dict(link, template="policy%d" % (number - (number > gone))))
    return dataclasses.replace(case, policies=case.policies[:gone] + case.policies[gone + 1 :], links=links)


def with_policy(case, number, policy):
    return dataclasses.replace(case, policies=case.policies[:number] + [policy] + case.policies[number + 1 :])


def shorter(text):
    """Texts with a run of tokens less: first what brackets enclose, then ever shorter runs."""
    tokens = re.findall(r'"(?:[^"\\]|\\.)*"|\w+|\s+|.', text, re.S)
    open = []
    for index, token in enumerate(tokens):
        if token in "([{":
            open.append(index)
        elif token in ")]}" and open:
            start = open.pop()
            inner = tokens[start + 1 : index]
            yield "".join(tokens[:start] + tokens[index + 1 :])
            yield "".join(tokens[:start] + inner + tokens[index + 1 :])
            if len(inner) > 1:
                yield "".join(tokens[: start + 1] + ["true"] + tokens[index:])
    size = len(tokens) // 2
    while size:
        for start in range(0, len(tokens), size):
            yield "".join(tokens[:start] + tokens[start + size :])
        size //= 2


def smaller_json(document):
    """Documents with one value less, or one value replaced by a part of it."""
    for container in list(nodes(document)):
        if not isinstance(container, (dict, list)):
            continue
        for place in list(container) if isinstance(container, dict) else range(len(container)):
            kept = container[place]
            del container[place]
            yield copy.deepcopy(document)
            if isinstance(container, dict):
                container[place] = kept
            else:
                container.insert(place, kept)
            if isinstance(kept, (dict, list)):
                for part in kept.values() if isinstance(kept, dict) else kept:
                    container[place] = part
                    yield copy.deepcopy(document)
                container[place] = kept


def shrink(comparison, case, kind, seconds):
    """A smaller case with the same kind of disagreement."""
    end = time.monotonic() + seconds
    found = True
    while found and time.monotonic() < end:
        found = False
        for candidate in smaller(case):
            if time.monotonic() > end:
                break
            if disagreement(comparison, candidate, kind):
                case, found = candidate, True
                break
    return case


def disagreement(comparison, case, kind=None):
    """The disagreement about a case, of that kind if one is given."""
    try:
        comparison.run(case)
    except Disagreement as found:
        return found if kind in (None, found.kind) else None
    except (NoAnswer, Refused):
        return None
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--peer", required=True, help="the program DifferentialPeer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--shrink", type=float, default=20, help="seconds to spend on making a case small")
    parser.add_argument("--all", action="store_true", help="show every disagreement, not one of each kind")
    parser.add_argument("--verbose", action="store_true", help="show what could not be compared")
    options = parser.parse_args()
    comparison, scratch = Comparison(Peer(options.peer)), Comparison(Peer(options.peer))
    kinds, shown, failed = collections.Counter(), set(), 0
    start = time.monotonic()
    for number in range(options.cases):
        # A generator per case: a case can be made again without those before it.
        generator = Cases(random.Random("%d/%d" % (options.seed, number)))
        case = generator.make()
        kinds[case.kind] += 1
        try:
            if case.policies_are_json and generator.random.random() < 0.5:
                document = generator.damage_json(reference.policies_to_json(case.policy_text()))
                case = dataclasses.replace(case, raw_json=json.dumps(document))
                kinds["damaged JSON"] += 1
            comparison.run(case)
        except Refused as error:
            kinds["not compared: " + str(error).split(": ", 1)[-1][:60]] += 1
            if options.verbose:
                print("not compared (case %d):" % number, error, case.describe())
        except NoAnswer as error:
            kinds["no answer of the reference: " + str(error).split(": ", 1)[-1][:60]] += 1
        except Disagreement as found:
            failed += 1
            if options.all or found.kind not in shown:
                shown.add(found.kind)
                small = shrink(scratch, case, found.kind, options.shrink)
                found = disagreement(scratch, small, found.kind) or found
                print("DISAGREEMENT about %s (seed %d, case %d)" % (found.kind, options.seed, number))
                print("ours:      %s\nreference: %s\n%s\n" % (found.ours, found.theirs, small.describe()), flush=True)
    for title, counter in (("cases", kinds), ("compared", comparison.counts)):
        print(title)
        for name, count in sorted(counter.items()):
            print("  %8d  %s" % (count, name))
    print("%d cases in %.0f s, %d disagreements" % (options.cases, time.monotonic() - start, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
