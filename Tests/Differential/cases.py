"""Cases: policies, schema, entities, links and requests, whole or damaged."""

import copy
import dataclasses
import json
import re

import literals
from literals import quote
from loose import Loose
from schemas import ATTRIBUTES, Data, Schema
from typed import Typed


@dataclasses.dataclass
class Policy:
    """A policy or template whose conditions can be taken away."""

    head: str
    conditions: list

    def text(self):
        return self.head + "".join(" " + c for c in self.conditions) + ";"


@dataclasses.dataclass
class Case:
    """A case; `raw_policies`, when there, is a damaged text that stands for `policies`."""

    kind: str
    policies: list
    schema: str = None
    entities: list = dataclasses.field(default_factory=list)
    links: list = dataclasses.field(default_factory=list)
    requests: list = dataclasses.field(default_factory=list)
    raw_policies: str = None
    raw_json: str = None
    policies_are_json: bool = False

    def policy_text(self):
        return self.raw_policies if self.raw_policies is not None else "\n".join(p.text() for p in self.policies)

    def describe(self):
        """The case for people."""
        lines = ["-- schema"] + self.schema.splitlines() if self.schema is not None else []
        if self.raw_json is not None:
            lines += ["-- policies in JSON", self.raw_json]
        else:
            lines += ["-- policies" + (" (given in JSON)" if self.policies_are_json else ""), self.policy_text()]
        if self.links:
            lines += ["-- links", json.dumps(self.links, ensure_ascii=False)]
        if self.entities:
            lines += ["-- entities", json.dumps(self.entities, ensure_ascii=False)]
        for request in self.requests:
            lines += ["-- request", json.dumps(request, ensure_ascii=False)]
        return "\n".join(lines)


class Cases:
    """Makes cases of one random generator."""

    def __init__(self, random):
        self.random = random

    def make(self):
        random = self.random
        case = self.typed_case() if random.random() < 0.6 else self.loose_case()
        if random.random() < 0.04:
            self.nest(case)
        if random.random() < 0.2:
            case.raw_policies = self.damage(case.policy_text(), POLICY_PIECES)
            case.kind += ", damaged"
        elif random.random() < 0.3:
            case.policies_are_json = True
            case.kind += ", JSON"
        if case.schema is not None and random.random() < 0.08:
            case.schema = self.damage(case.schema, SCHEMA_PIECES)
            case.kind += ", damaged schema"
        return case

    # With a schema.

    def typed_case(self):
        random = self.random
        schema = Schema(random)
        case = Case("typed", [], schema=schema.text)
        templates, actions = [], []
        for _ in range(random.randrange(1, 6)):
            policy, slots, action = self.typed_policy(schema)
            if slots:
                templates.append((len(case.policies), slots))
            case.policies.append(policy)
            actions.append(action)
        references = [(t, i) for t in schema.types for i in "abc"]
        case.links = self.links(templates, lambda: random.choice(references))
        case.entities = Data(random, schema, random.choice([0, 0, 0, 0.02, 0.1])).entities()
        for _ in range(random.randrange(1, 5)):
            request = Data(random, schema, random.choice([0, 0, 0, 0.02, 0.15])).request(random.choice(actions))
            case.requests.append(request)
        return case

    def typed_policy(self, schema):
        random = self.random
        pick = random.choice
        applicable = [a for a in schema.actions if schema.actions[a]["principals"]]
        action = pick(applicable) if applicable else None
        declared = (
            schema.actions[action] if action else {"principals": schema.types, "resources": schema.types, "context": {}}
        )
        principal, resource = pick(declared["principals"]), pick(declared["resources"])
        typed = Typed(random, schema, principal, resource, declared["context"], pick([0, 0, 0, 0.02, 0.06]))
        slots = [s for s in ("principal", "resource") if random.random() < 0.5] if random.random() < 0.25 else []
        if random.random() < 0.6:
            scope = [self.scope("principal", principal, typed, slots), self.scope("resource", resource, typed, slots)]
            action_scope = "action == " + literals.uid(action) if action else "action"
        else:
            scope = [self.any_scope(v, schema, typed, slots) for v in ("principal", "resource")]
            listed = ", ".join(typed.action() for _ in range(random.randrange(4)))
            action_scope = pick(
                ["action", "action == " + typed.action(), "action in " + typed.action(), "action in [%s]" % listed]
            )
        conditions = []
        for _ in range(pick([0, 1, 1, 1, 2, 3])):
            conditions.append("%s { %s }" % (pick(["when", "when", "unless"]), typed.condition(random.randrange(1, 4))))
            if random.random() < 0.7:
                typed.known = set()
        return Policy(self.head([scope[0], action_scope, scope[1]]), conditions), slots, action

    def scope(self, variable, type, typed, slots):
        if variable in slots:
            slot = "?" + variable
            return self.random.choice(
                [f"{variable} == {slot}", f"{variable} in {slot}", f"{variable} is {type} in {slot}"]
            )
        return self.random.choice([variable, variable, f"{variable} is {type}", f"{variable} == {typed.uid(type)}"])

    def any_scope(self, variable, schema, typed, slots):
        pick = self.random.choice
        type = pick(schema.types + (["Nope"] if self.random.random() < 0.05 else []))
        if variable in slots:
            return self.scope(variable, type, typed, slots)
        return pick(
            [
                variable,
                variable,
                f"{variable} is {type}",
                f"{variable} == {typed.uid(type)}",
                f"{variable} in {typed.uid(type)}",
                f"{variable} is {type} in {typed.uid(pick(schema.types))}",
            ]
        )

    # Without a schema.

    def loose_case(self):
        random = self.random
        actions = [("Action", "view"), ("Action", "edit"), ("Action", "all"), ("NS::Action", "view")]
        loose = Loose(random, ["User", "Group", "Doc", "NS::Folder", "NS::Deep::T"], actions, literals.ATTRIBUTES)
        case, templates = Case("loose", []), []
        for _ in range(random.randrange(1, 8)):
            slots = [s for s in ("principal", "resource") if random.random() < 0.5] if random.random() < 0.25 else []
            if slots:
                templates.append((len(case.policies), slots))
            scope = [
                self.loose_scope("principal", loose, slots),
                self.loose_action(loose),
                self.loose_scope("resource", loose, slots),
            ]
            conditions = []
            for _ in range(random.choice([0, 1, 1, 1, 1, 2, 3])):
                expression = loose.expression("bool", random.choice([1, 2, 2, 3, 3, 4]))
                conditions.append("%s { %s }" % (random.choice(["when", "unless"]), expression))
            case.policies.append(Policy(self.head(scope), conditions))
        case.links = self.links(templates, loose.entity)
        case.entities = self.loose_entities(loose)
        uids = [(e["uid"]["type"], e["uid"]["id"]) for e in case.entities] or [("User", "a")]
        for _ in range(random.randrange(1, 6)):
            entity = lambda: literals.uid_json(random.choice(uids) if random.random() < 0.85 else loose.entity())
            action = literals.uid_json(random.choice(actions))
            case.requests.append(
                {"principal": entity(), "action": action, "resource": entity(), "context": loose.record(2, 14)}
            )
        return case

    def loose_scope(self, variable, loose, slots):
        pick = self.random.choice
        if variable in slots:
            slot, type = "?" + variable, pick(loose.types)
            return pick([f"{variable} == {slot}", f"{variable} in {slot}", f"{variable} is {type} in {slot}"])
        if self.random.random() < 0.65:
            return variable
        type, uid = pick(loose.types), loose.uid()
        return pick(
            [f"{variable} == {uid}", f"{variable} in {uid}", f"{variable} is {type}", f"{variable} is {type} in {uid}"]
        )

    def loose_action(self, loose):
        if self.random.random() < 0.6:
            return "action"
        action = lambda: literals.uid(self.random.choice(loose.actions), self.random)
        listed = ", ".join(action() for _ in range(self.random.randrange(4)))
        return self.random.choice(["action == " + action(), "action in " + action(), "action in [%s]" % listed])

    def loose_entities(self, loose):
        random = self.random
        uids = [(t, i) for t in loose.types for i in ["a", "b", "c", "", "é"]]
        random.shuffle(uids)
        entities = []
        chosen = uids[: random.randrange(1, 12)]
        for number, uid in enumerate(chosen):
            parents = random.sample(chosen[:number], min(number, random.choice([0, 0, 1, 1, 2, 3])))
            if random.random() < 0.1:
                parents.append((random.choice(loose.types), "absent"))
            entity = {
                "uid": literals.uid_json(uid),
                "attrs": loose.record(2, 12),
                "parents": [literals.uid_json(p) for p in parents],
            }
            if random.random() < 0.4:
                entity["tags"] = {random.choice(literals.STRINGS): loose.value(2) for _ in range(random.randrange(5))}
            entities.append(entity)
        for action in loose.actions:
            if random.random() < 0.5 and action[1] != "all":
                parents = [p for p in [("Action", "all"), ("NS::Action", "g")] if random.random() < 0.4]
                entities.append(
                    {"uid": literals.uid_json(action), "attrs": {}, "parents": [literals.uid_json(p) for p in parents]}
                )
        return entities

    # Parts of both.

    def head(self, scope):
        random = self.random
        annotations = ""
        for name in random.sample(["id", "reason", "if", "x"], random.choice([0, 0, 0, 1, 2])):
            annotations += (
                "@" + name + random.choice(["", "(%s)" % quote(random.choice(literals.STRINGS), random)]) + " "
            )
        comma = "," if random.random() < 0.1 else ""
        effect = random.choice(["permit", "permit", "forbid"])
        comment = "// é comment\n" if random.random() < 0.05 else ""
        return "%s%s%s (%s%s)" % (comment, annotations, effect, ", ".join(scope), comma)

    def links(self, templates, entity):
        links = []
        for number, slots in templates:
            for _ in range(self.random.randrange(3)):
                values = {"?" + slot: literals.uid_json(entity()) for slot in slots}
                links.append({"template": "policy%d" % number, "id": "link%d" % len(links), "values": values})
        return links

    def nest(self, case):
        """Adds a condition that nests up to 100 levels deep."""
        loose = Loose(self.random, ["User"], [("Action", "view")], ["a", "b"])
        policy = self.random.choice(case.policies)
        policy.conditions.append(
            "%s { %s }" % (self.random.choice(["when", "unless"]), loose.deep(self.random.randrange(20, 95)))
        )
        case.kind += ", nested"

    # Damage.

    def damage(self, text, pieces):
        """Removes, repeats, exchanges or inserts a few tokens."""
        tokens = re.findall(r'"(?:[^"\\]|\\.)*"|//.*|\w+|\s+|::|&&|\|\||[=!<>]=|.', text, re.S)
        for _ in range(self.random.choice([1, 1, 1, 2, 3])):
            if not tokens:
                break
            index, other = self.random.randrange(len(tokens)), self.random.randrange(len(tokens))
            choice = self.random.randrange(5)
            if choice == 0:
                del tokens[index]
            elif choice == 1:
                tokens.insert(index, self.random.choice(pieces))
            elif choice == 2:
                tokens[index] = self.random.choice(pieces)
            elif choice == 3:
                tokens[index], tokens[other] = tokens[other], tokens[index]
            else:
                tokens.insert(index, tokens[other])
        return "".join(tokens)

    def damage_json(self, document):
        """Replaces, renames, adds or removes a few values of a document."""
        document = copy.deepcopy(document)
        for _ in range(self.random.choice([1, 1, 2])):
            containers = [c for c in nodes(document) if isinstance(c, (dict, list)) and c]
            if not containers:
                break
            container, other = self.random.choice(containers), self.random.choice(list(nodes(document)))
            new = copy.deepcopy(self.random.choice([other, self.random.choice(JSON_PIECES)]))
            place = (
                self.random.choice(list(container))
                if isinstance(container, dict)
                else self.random.randrange(len(container))
            )
            choice = self.random.randrange(4)
            if choice <= 1:
                container[place] = new
            elif choice == 2:
                del container[place]
            elif isinstance(container, dict):
                container[self.random.choice(JSON_NAMES)] = container.pop(place) if self.random.random() < 0.7 else new
            else:
                container.insert(place, new)
        return document


def nodes(document):
    """All values of a JSON document."""
    yield document
    for inner in document.values() if isinstance(document, dict) else document if isinstance(document, list) else []:
        yield from nodes(inner)


def depth(document):
    """How many containers of a JSON document are within each other."""
    if not isinstance(document, (dict, list)):
        return 0
    return 1 + max(map(depth, document.values() if isinstance(document, dict) else document), default=0)


# fmt: off
POLICY_PIECES = [
    "permit", "forbid", "when", "unless", "(", ")", "{", "}", "[", "]", ",", ";", ":", "::", ".", "@", "@id", "==",
    "=", "!=", "in", "is", "has", "like", "if", "then", "else", "&&", "||", "&", "!", "-", "+", "*", "/", "%", '""',
    '"x"', '"', "\\", "9223372036854775808", "9223372036854775807", "0", "007", "1.5", "principal", "resource",
    "action", "context", "?principal", "?resource", "?", "// c\n", "/* c */", "\n", "\t", "\r", "\u00a0", "\ufeff",
    "é", "'x'", "__cedar", "User::", 'User::"a"', "Action", "true", "false", "ip", 'ip("::1")', "contains",
    ".isIpv4()", ".x", '["x"]', "<", "<=", ">", ">=", "\u2028", "#", '"\\u{110000}"', '"\\u{d800}"', '"\\x41"',
    '"\\xff"', '"\\q"', '"\\*"', '"\\0"', "!!!!!", "-----", "{}", "[]", "()", "_", "\0",
]
SCHEMA_PIECES = [
    "entity", "action", "type", "namespace", "in", "enum", "tags", "appliesTo", "principal", "resource", "context",
    "attributes", "Set", "<", ">", "{", "}", "[", "]", "(", ")", ",", ";", ":", "::", "?", "=", "@", "@a", '@a("b")',
    '"x"', '"', "Long", "String", "Bool", "Boolean", "Entity", "Record", "Extension", "User", "NS", "NS::User",
    "Action", "__cedar", "__cedar::Long", "ipaddr", "decimal", "if", "true", "\n", "// c\n", "/*", "\r", "\ufeff", "é",
    "'", "#", "1", "\0", "Set<Long>", "{}", "[]", "view", '"view"', 'Action::"view"', "T0", "type Q = Q;",
    "type Long = String;", "entity Q in Q;", "entity ipaddr;",
]
JSON_NAMES = [
    "Value", "Var", "Slot", "!", "neg", "==", "!=", "in", "<", "+", "-", "*", "&&", "||", "contains", "containsAll",
    "isEmpty", "getTag", "hasTag", ".", "has", "like", "is", "if-then-else", "Set", "Record", "ip", "isIpv4", "nope",
    "left", "right", "arg", "attr", "pattern", "entity_type", "op", "entity", "entities", "slot", "effect",
    "principal", "action", "resource", "conditions", "annotations", "kind", "body", "__entity", "__extn", "__expr",
    "type", "id", "fn", "templates", "staticPolicies", "templateLinks",
]
JSON_PIECES = [
    None, True, False, 0, -1, 1.5, 2**63, -(2**63), "", "a", "principal", "?principal", "when", "All", "==", "in",
    "is", "permit", "Wildcard", {"Literal": "x"}, [], {}, {"Value": 1}, {"Value": True}, {"Var": "principal"},
    {"Slot": "?principal"}, {"op": "All"}, {"op": "==", "slot": "?principal"},
    {"op": "==", "entity": {"type": "User", "id": "a"}}, {"type": "User", "id": "a"},
    {"__entity": {"type": "User", "id": "a"}}, {"Value": {"__entity": {"type": "User", "id": "a"}}},
    {"Value": [1, {"a": "b"}]}, {"Value": {"__extn": {"fn": "ip", "arg": "::1"}}}, {"ip": [{"Value": "::1"}]},
    {"isIpv4": [{"Value": 1}]}, {"neg": {"arg": {"Value": 1}}}, {"Record": {"a": {"Value": 1}}},
    {"Set": [{"Value": 1}]}, {"has": {"left": {"Var": "context"}, "attr": ["a", "b"]}},
    {"has": {"left": {"Var": "context"}, "attr": []}},
    {"like": {"left": {"Value": "a"}, "pattern": ["Wildcard", {"Literal": ""}]}},
    {"is": {"left": {"Var": "principal"}, "entity_type": "User"}},
    {"op": "is", "entity_type": "User", "in": {"slot": "?principal"}}, "e\u0301", "\0", "User::", "in", "__cedar::x",
    " User",
]
# fmt: on
