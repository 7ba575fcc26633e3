"""Conditions that mostly fit a schema: attributes that exist, guarded where they are optional, operands of one type."""

import literals
from literals import EXTENSION_TYPES, is_identifier, key, quote


class Typed:
    """A generator for one policy: the types of its principal and resource, and its context.

    `noise` is how often something does not fit.
    """

    def __init__(self, random, schema, principal, resource, context, noise):
        self.random = random
        self.schema = schema
        self.principal = principal
        self.resource = resource
        self.context = context
        self.noise = noise
        self.known = set()

    def pick(self, choices):
        return self.random.choice(choices)

    def chance(self, probability):
        return self.random.random() < probability

    def action(self):
        if not self.schema.actions or self.chance(0.03):
            return 'Action::"nope"'
        return literals.uid(self.pick(list(self.schema.actions)))

    def uid(self, type):
        if type in self.schema.enumerations:
            return type + "::" + quote(self.pick(self.schema.enumerations[type]) if self.chance(0.93) else "nope")
        return type + "::" + quote(self.pick(["a", "b", "c"]))

    def paths(self):
        """All that can be read within three steps: text, type, and the optional attributes on the way."""
        found = []

        def walk(text, type, depth, guards):
            found.append((text, type, guards))
            if depth == 0:
                return
            attributes = type[1] if type[0] == "record" else {}
            if type[0] == "entity":
                attributes = self.schema.attributes.get(type[1], {})
            for name, (inner, needed) in attributes.items():
                step = "." + name if is_identifier(name) else "[" + quote(name) + "]"
                walk(text + step, inner, depth - 1, guards if needed else guards + [(text, name)])

        walk("principal", ("entity", self.principal), 3, [])
        walk("resource", ("entity", self.resource), 3, [])
        walk("context", ("record", self.context), 3, [])
        return found

    def expression(self, type, depth):
        if self.chance(self.noise):
            type = self.schema.type(1)
        if self.chance(0.55):
            fitting = [p for p in self.paths() if p[1] == type]
            if not self.chance(self.noise * 0.7):
                fitting = [p for p in fitting if all(guard in self.known for guard in p[2])]
            if fitting:
                return self.pick(fitting)[0]
        if depth > 0 and self.chance(0.06):
            parts = (self.condition(depth - 1), self.expression(type, depth - 1), self.expression(type, depth - 1))
            return "(if (%s) then %s else %s)" % parts
        if depth > 0 and self.chance(0.15):
            for variable, owner in (("principal", self.principal), ("resource", self.resource)):
                tag = self.pick(['"k"', '"l"'])
                if self.schema.tags.get(owner) == type and (
                    (variable, "tag", tag) in self.known or self.chance(self.noise)
                ):
                    return "%s.getTag(%s)" % (variable, tag)
        return getattr(self, "make_" + type[0])(type, depth)

    def make_bool(self, type, depth):
        return "(" + self.condition(depth) + ")"

    def make_long(self, type, depth):
        if depth > 0 and self.chance(0.3):
            parts = (self.expression(type, depth - 1), self.pick("+-*"), self.expression(type, depth - 1))
            return "(%s %s %s)" % parts
        if depth > 0 and self.chance(0.1):
            return "(-%s)" % self.expression(type, depth - 1)
        if depth > 0 and self.chance(0.1):
            return "%s.toDays()" % self.expression(("extension", "duration"), depth - 1)
        return str(self.random.randrange(-2, 9))

    def make_string(self, type, depth):
        return quote(self.pick(["a", "k", "", "é"]))

    def make_extension(self, type, depth):
        name = type[1]
        duration, datetime = ("extension", "duration"), ("extension", "datetime")
        if name == "datetime" and depth > 0 and self.chance(0.3):
            return "%s.offset(%s)" % (self.expression(type, depth - 1), self.expression(duration, depth - 1))
        if name == "datetime" and depth > 0 and self.chance(0.1):
            return "%s.toDate()" % self.expression(type, depth - 1)
        if name == "duration" and depth > 0 and self.chance(0.2):
            return "%s.durationSince(%s)" % (self.expression(datetime, depth - 1), self.expression(datetime, depth - 1))
        constructor = EXTENSION_TYPES[name]
        if self.chance(self.noise):
            wrong = ['"bad"', "", "1", '"1.0", "2"', "context.s", self.expression(("string",), 0)]
            return constructor + "(" + self.pick(wrong) + ")"
        return constructor + "(" + quote(self.pick(literals.GOOD[constructor])) + ")"

    def make_entity(self, type, depth):
        return self.uid(type[1]) if self.chance(0.97) else 'Nope::"x"'

    def make_set(self, type, depth):
        size = 0 if self.chance(self.noise) else self.random.randrange(1, 4)
        return "[" + ", ".join(self.expression(type[1], depth - 1) for _ in range(size)) + "]"

    def make_record(self, type, depth):
        chosen = {n: t for n, (t, needed) in type[1].items() if needed or self.chance(0.4)}
        return "{" + ", ".join(key(n) + ": " + self.expression(t, depth - 1) for n, t in chosen.items()) + "}"

    # Truth values without parentheses around them.

    def condition(self, depth):
        pick, make = self.pick, self.expression
        kind = self.random.random()
        below = depth - 1
        if depth <= 0:
            return pick(["true", "false", "principal == resource", "principal is " + pick(self.schema.types)])
        if kind < 0.2:
            before = set(self.known)
            parts = [
                self.guard() if self.chance(0.4) else "(" + self.condition(below) + ")" for _ in range(pick([2, 2, 3]))
            ]
            self.known = before
            return "(" + " && ".join(parts) + ")"
        if kind < 0.3:
            before, parts = set(self.known), []
            for _ in range(pick([2, 2, 3])):
                parts.append("(" + (self.guard() + " && " if self.chance(0.3) else "") + self.condition(below) + ")")
                self.known = set(before)
            return "(" + " || ".join(parts) + ")"
        if kind < 0.36:
            return "(!(" + self.condition(below) + "))"
        if kind < 0.44:
            before = set(self.known)
            test = self.guard() if self.chance(0.6) else self.condition(below)
            yes = self.condition(below)
            self.known = before
            return "(if %s then %s else %s)" % (test, yes, self.condition(below))
        if kind < 0.56:
            type = self.schema.type(1)
            return "%s %s %s" % (make(type, below), pick(["==", "!="]), make(type, below))
        if kind < 0.66:
            type = pick([("long",), ("extension", "datetime"), ("extension", "duration")])
            return "%s %s %s" % (make(type, below), pick(["<", "<=", ">", ">="]), make(type, below))
        if kind < 0.76:
            return self.membership(below)
        if kind < 0.8:
            left = pick(["principal", "resource", make(("entity", pick(self.schema.types)), below)])
            return "%s is %s" % (left, pick(self.schema.types))
        if kind < 0.85:
            type = self.schema.type(0)
            method = pick(["contains", "containsAll", "containsAny", "isEmpty"])
            argument = "" if method == "isEmpty" else make(type if method == "contains" else ("set", type), below)
            return make(("set", type), below) + "." + method + "(" + argument + ")"
        if kind < 0.88:
            return make(("string",), below) + " like " + pick(['"*a*"', '"a"', '"*"', '"\\*"'])
        if kind < 0.92:
            address, decimal = ("extension", "ipaddr"), ("extension", "decimal")
            if self.chance(0.5):
                method = pick(
                    ["isIpv4()", "isIpv6()", "isLoopback()", "isMulticast()", "isInRange(%s)" % make(address, 0)]
                )
                return make(address, below) + "." + method
            method = pick(["lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"])
            return "%s.%s(%s)" % (make(decimal, below), method, make(decimal, 0))
        return self.guard() if kind < 0.98 else pick(["true", "false"])

    def membership(self, depth):
        pick = self.pick
        type = pick(self.schema.types)
        left = pick(
            [
                "principal",
                "resource",
                "action",
                self.uid(pick(self.schema.types)),
                self.action(),
                self.expression(("entity", pick(self.schema.types)), depth),
            ]
        )
        right = pick(
            [
                "principal",
                "resource",
                self.action(),
                "[action]",
                "[principal]",
                self.uid(type),
                "[" + ", ".join(self.action() for _ in range(pick([1, 2]))) + "]",
                "[" + self.uid(type) + ", " + self.uid(type if self.chance(0.8) else pick(self.schema.types)) + "]",
                self.expression(("set", ("entity", type)), depth),
            ]
        )
        if self.chance(0.3):
            return "%s is %s in %s" % (
                left,
                pick(self.schema.types + (["Nope", "Action"] if self.chance(0.1) else [])),
                right,
            )
        return "%s in %s" % (left, right)

    def guard(self):
        """A test for something optional, which may be read afterwards."""
        optional = [p for p in self.paths() if p[2]]
        if optional and self.chance(0.75):
            guards = self.pick(optional)[2]
            needed = [guard for guard in guards if guard not in self.known] or guards
            self.known.update(needed)
            if self.chance(0.35):
                base, name = guards[-1]
                root = base.replace("[", ".").split(".")[0]
                steps = (base[len(root) :] + "." + name).strip(".")
                if all(is_identifier(step) for step in steps.split(".")):
                    return "%s has %s" % (root, steps)
            return "(" + " && ".join("%s has %s" % (base, key(name)) for base, name in needed) + ")"
        variable = self.pick(["principal", "resource"])
        if self.chance(0.5):
            tag = self.pick(['"k"', '"l"'])
            self.known.add((variable, "tag", tag))
            return "%s.hasTag(%s)" % (variable, tag)
        variable = self.pick([variable, "context", "action"])
        return variable + " has " + self.pick(["a", "b", "c.a", "own.grp", "nope", "a.b.c"])
