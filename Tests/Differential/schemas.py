"""Random schemas, with entities and requests that conform to them more or less."""

import literals
from literals import EXTENSION_TYPES, LONGS, key, quote

ATTRIBUTES = ["a", "b", "c", "d e", "own", "grp", "n", "s", "f", "r"]


class Schema:
    """A schema as data, and its text.

    Types are tuples: ("bool",), ("long",), ("string",), ("extension", name), ("entity", type), ("set", type),
    ("record", {name: (type, is required)}).
    """

    def __init__(self, random):
        self.random = random
        namespaces = ["", "NS", "NS::Deep"][: random.choice([1, 1, 2, 3])]
        self.types = []
        for namespace in namespaces:
            for name in random.sample(["User", "Group", "Doc", "Folder", "Org"], random.randrange(1, 4)):
                # A namespace may not hide what the empty namespace declares (Cedar RFC 70).
                if not namespace or name not in self.types:
                    self.types.append((namespace + "::" if namespace else "") + name)
        self.enumerations, self.attributes, self.parents, self.tags = {}, {}, {}, {}
        for name in self.types:
            self.attributes[name], self.parents[name], self.tags[name] = {}, [], None
            if random.random() < 0.12 and len(self.types) > 1:
                self.enumerations[name] = random.sample(["x", "y", "z", "é"], 2)
                continue
            self.attributes[name] = self.record_type(2, 5)
            self.tags[name] = self.type(1) if random.random() < 0.35 else None
        for name in self.types:
            if name not in self.enumerations:
                self.parents[name] = [p for p in self.types if p not in self.enumerations and random.random() < 0.3]
        self.actions = {}
        for namespace in namespaces:
            kind = (namespace + "::" if namespace else "") + "Action"
            for name in random.sample(["view", "edit", "del", "all", "grp", "é x"], random.randrange(1, 5)):
                if namespace and ("Action", name) in self.actions:
                    continue
                applies = random.random() < 0.85
                some = lambda: (
                    random.sample(self.types, random.randrange(1, min(3, len(self.types)) + 1)) if applies else []
                )
                self.actions[(kind, name)] = {
                    "groups": [g for g in self.actions if random.random() < 0.25],
                    "principals": some(),
                    "resources": some(),
                    "context": self.record_type(2, 4) if applies else {},
                }
        # The common types of the namespace that is being written.
        self.aliases = []
        self.text = self.write(namespaces)

    # Types.

    def type(self, depth):
        chance = self.random.random()
        if chance < 0.15:
            return ("bool",)
        if chance < 0.32:
            return ("long",)
        if chance < 0.47:
            return ("string",)
        if chance < 0.62:
            return ("extension", self.random.choice(list(EXTENSION_TYPES)))
        if chance < 0.78:
            return ("entity", self.random.choice(self.types))
        if depth <= 0:
            return ("long",)
        if chance < 0.89:
            return ("set", self.type(depth - 1))
        return ("record", self.record_type(depth - 1, 3))

    def record_type(self, depth, size):
        names = self.random.sample(ATTRIBUTES, self.random.randrange(size + 1))
        return {name: (self.type(depth), self.random.random() < 0.6) for name in names}

    # Text.

    def write(self, namespaces):
        text = ""
        for namespace in namespaces:
            body = ""
            for name in self.types:
                if name.rpartition("::")[0] == namespace:
                    body += self.entity_text(name)
            for (kind, name), action in self.actions.items():
                if kind.rpartition("::")[0] == namespace:
                    body += self.action_text(name, action)
            for number, alias in enumerate(self.aliases):
                body += "type T%d = %s;\n" % (number, alias)
            self.aliases = []
            text += "namespace %s {\n%s}\n" % (namespace, body) if namespace else body
        return text

    def entity_text(self, name):
        base = name.rpartition("::")[2]
        if name in self.enumerations:
            return "entity %s enum [%s];\n" % (base, ", ".join(map(quote, self.enumerations[name])))
        text = "entity " + base
        if self.parents[name]:
            text += " in [" + ", ".join(self.parents[name]) + "]"
        if self.attributes[name] or self.random.random() < 0.3:
            text += self.random.choice([" ", " = "]) + self.record_text(self.attributes[name])
        if self.tags[name]:
            text += " tags " + self.type_text(self.tags[name])
        return text + ";\n"

    def action_text(self, name, action):
        text = "action " + key(name)
        if action["groups"]:
            text += " in [" + ", ".join(literals.uid(g) for g in action["groups"]) + "]"
        if action["principals"]:
            lists = tuple(", ".join(action[part]) for part in ("principals", "resources"))
            text += " appliesTo { principal: [%s], resource: [%s]" % lists
            text += ", context: " + self.record_text(action["context"]) + " }"
        return text + ";\n"

    def type_text(self, type):
        text = self.plain_type_text(type)
        if self.random.random() < 0.05:
            self.aliases.append(text)
            return "T%d" % (len(self.aliases) - 1)
        return text

    def plain_type_text(self, type):
        kind = type[0]
        if kind in ("bool", "long", "string"):
            return self.random.choice(["", "", "__cedar::"]) + kind.capitalize()
        if kind in ("extension", "entity"):
            return type[1]
        if kind == "set":
            return "Set<" + self.type_text(type[1]) + ">"
        return self.record_text(type[1])

    def record_text(self, record):
        fields = ["%s%s: %s" % (key(n), "" if needed else "?", self.type_text(t)) for n, (t, needed) in record.items()]
        return "{" + ", ".join(fields) + "}"

    # What is above what.

    def above(self, name):
        """All types that an entity of a type can be in, without its own."""
        found, open = set(), list(self.parents.get(name, []))
        while open:
            parent = open.pop()
            if parent not in found:
                found.add(parent)
                open += self.parents[parent]
        return sorted(found)

    def groups(self, action):
        """All groups of an action."""
        found, open = set(), list(self.actions[action]["groups"])
        while open:
            group = open.pop()
            if group not in found:
                found.add(group)
                open += self.actions[group]["groups"]
        return sorted(found)


class Data:
    """Entities and requests for a schema; `noise` is how often something does not conform."""

    def __init__(self, random, schema, noise):
        self.random = random
        self.schema = schema
        self.noise = noise

    def off(self, factor=1):
        return self.random.random() < self.noise * factor

    def id(self, type, other):
        if type in self.schema.enumerations and not self.off(2):
            return self.random.choice(self.schema.enumerations[type])
        return other

    def value(self, type):
        random = self.random
        if self.off():
            type = self.schema.type(1)
        if self.off(0.2):
            return random.choice(ODD_VALUES)
        kind = type[0]
        if kind == "bool":
            return random.random() < 0.5
        if kind == "long":
            return random.choice(LONGS)
        if kind == "string":
            return random.choice(["a", "1.0", "10.0.0.1", "", "é"])
        if kind == "extension":
            constructor = EXTENSION_TYPES[type[1]]
            text = random.choice(literals.BAD[constructor] if self.off(0.5) else literals.GOOD[constructor])
            call = {"fn": constructor, "arg": text}
            return random.choice(
                [text, {"__extn": call}, {"__extn": call}, call, {"__extn": {"fn": constructor, "args": [text]}}]
            )
        if kind == "entity":
            reference = {"type": type[1], "id": self.id(type[1], random.choice(["a", "b", "c"]))}
            return random.choice([reference, {"__entity": reference}, {"__entity": reference}])
        if kind == "set":
            return [self.value(type[1]) for _ in range(random.randrange(3))]
        return self.record(type[1])

    def record(self, type):
        record = {}
        for name, (inner, needed) in type.items():
            if (needed or self.random.random() < 0.5) and not self.off(0.3):
                record[name] = self.value(inner)
        if self.off(0.5):
            record[self.random.choice(ATTRIBUTES)] = 1
        return record

    def entity(self, id):
        random, schema = self.random, self.schema
        type = random.choice(["Nope", "NS::Nope", "user"]) if self.off(0.3) else random.choice(schema.types)
        reference = {"type": type, "id": self.id(type, id)}
        entity = {
            "uid": random.choice([reference, {"__entity": reference}]),
            "attrs": self.record(schema.attributes.get(type, {})),
            "parents": [],
        }
        for _ in range(random.randrange(3)):
            above = schema.types + ["Nope", "Action"] if self.off(2) else schema.above(type)
            if above:
                parent = random.choice(above)
                # Parents have later ids, so that most stores have no cycles.
                entity["parents"].append(
                    {"type": parent, "id": self.id(parent, random.choice("abcx") if self.off() else chr(ord(id) + 1))}
                )
        tags = schema.tags.get(type)
        if tags and random.random() < 0.7 or self.off(0.5):
            names = random.sample(["k", "l", "", "é"], random.randrange(3))
            entity["tags"] = {name: self.value(tags or ("long",)) for name in names}
        if self.off(0.3):
            entity.pop(random.choice(["attrs", "parents", "uid"]))
        if self.off(0.3):
            entity["extra"] = 1
        return entity

    def entities(self):
        random, schema = self.random, self.schema
        entities = [self.entity(random.choice("abc")) for _ in range(random.randrange(7))]
        seen, distinct = set(), []
        for entity in entities:
            uid = entity.get("uid", {})
            uid = uid.get("__entity", uid)
            identity = (uid.get("type"), uid.get("id"))
            if identity not in seen or self.off():
                distinct.append(entity)
            seen.add(identity)
        if random.random() < 0.3:
            action = random.choice(list(schema.actions))
            groups = schema.groups(action)
            distinct.append(
                {
                    "uid": {"type": action[0], "id": "nope" if self.off() else action[1]},
                    "attrs": {"a": 1} if self.off() else {},
                    "parents": [literals.uid_json(g) for g in groups],
                }
            )
        return distinct

    def request(self, action=None):
        random, schema = self.random, self.schema
        actions = [a for a in schema.actions if schema.actions[a]["principals"]] or list(schema.actions)
        action = action if action in schema.actions else random.choice(actions)
        declared = schema.actions[action]
        principal = random.choice(declared["principals"] or schema.types)
        resource = random.choice(declared["resources"] or schema.types)
        if self.off(2):
            principal = random.choice(schema.types + ["Nope"])
        if self.off(2):
            resource = random.choice(schema.types)
        return {
            "principal": {"type": principal, "id": self.id(principal, random.choice("abc"))},
            "action": {"type": action[0], "id": "nope" if self.off(0.5) else action[1]},
            "resource": {"type": resource, "id": self.id(resource, random.choice("abc"))},
            "context": self.record(declared["context"]),
        }


# fmt: off
ODD_VALUES = [
    None, 1.5, -0.0, 1e3, 2**63, {"__expr": "1"}, {"__entity": {"type": "X"}}, {"__extn": {"fn": "ip"}},
    {"fn": "ip", "arg": "1.1.1.1"}, {"__extn": {"fn": "nope", "arg": "x"}},
    {"__extn": {"fn": "decimal", "args": ["1.0"]}},
    {"__extn": {"fn": "offset", "args": [
        {"__extn": {"fn": "datetime", "arg": "2024-01-01"}}, {"__extn": {"fn": "duration", "arg": "1d"}}]}},
    {"__extn": {"fn": "offset", "args": ["2024-01-01", "1d"]}},
    {"__extn": {"fn": "datetime", "arg": "2024-01-01"}, "x": 1},
    {"__entity": {"type": "User", "id": "a", "x": 1}, "y": 2}, {"type": "User", "id": "a", "z": 1},
    {"__entity": "User::a"}, [[1], ["a"]], {},
]
# fmt: on
