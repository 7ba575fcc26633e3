"""Expressions without regard to a schema: every operator, most operands of the right type."""

import literals
from literals import CONSTRUCTORS, LONGS, STRINGS, is_identifier, quote

KINDS = ["bool", "long", "string", "entity", "set", "record"] + CONSTRUCTORS
# Attributes that usually hold a kind of value.
HOLDERS = {
    "flag": "bool",
    "n": "long",
    "s": "string",
    "own": "entity",
    "grp": "set",
    "r": "record",
    "a": "record",
    "b": "decimal",
    "c": "ip",
    "é": "datetime",
    "__x": "duration",
}


class Loose:
    """A generator for some entity types and attribute names."""

    def __init__(self, random, types, actions, attributes):
        self.random = random
        self.types = types
        self.actions = actions
        self.attributes = attributes

    def pick(self, choices):
        return self.random.choice(choices)

    def chance(self, probability):
        return self.random.random() < probability

    def entity(self):
        """A pair of type and id."""
        if self.chance(0.12):
            return self.pick(self.actions)
        return (self.pick(self.types), self.pick(["a", "b", "c", "", "é"]) if self.chance(0.9) else self.pick(STRINGS))

    def uid(self):
        return literals.uid(self.entity(), self.random)

    # Values in JSON.

    def value(self, depth, kind=None):
        kind = kind or self.pick(KINDS)
        if kind == "bool":
            return self.chance(0.5)
        if kind == "long":
            return self.pick(LONGS)
        if kind == "string":
            return self.pick(STRINGS)
        if kind == "entity":
            return {"__entity": literals.uid_json(self.entity())}
        if kind == "set":
            return [self.value(depth - 1) for _ in range(self.random.randrange(4))] if depth > 0 else []
        if kind == "record":
            return self.record(depth - 1, 4) if depth > 0 else {}
        return {"__extn": {"fn": kind, "arg": self.pick(literals.GOOD[kind])}}

    def record(self, depth, size):
        names = self.random.sample(self.attributes, min(len(self.attributes), self.random.randrange(size + 1)))
        return {n: self.value(depth, HOLDERS.get(n) if self.chance(0.85) else None) for n in names}

    # Expressions. Each can be the operand of anything: what binds loosely is in parentheses.

    def expression(self, kind, depth):
        if self.chance(0.05):
            kind = self.pick(KINDS)
        if depth <= 0:
            return self.leaf(kind)
        if self.chance(0.12):
            return self.access(depth, kind)
        if self.chance(0.05):
            parts = (
                self.expression("bool", depth - 1),
                self.expression(kind, depth - 1),
                self.expression(kind, depth - 1),
            )
            return "(if %s then %s else %s)" % parts
        return getattr(self, "make_" + kind)(depth)

    def anything(self, depth):
        return self.expression(self.pick(KINDS), depth)

    def leaf(self, kind):
        if self.chance(0.3):
            return self.access(0, kind)
        if kind == "bool":
            return self.pick(["true", "false"])
        if kind == "long":
            return str(self.pick(LONGS))
        if kind == "string":
            return quote(self.pick(STRINGS), self.random)
        if kind == "entity":
            return self.pick(["principal", "resource", "action", self.uid(), self.uid()])
        if kind == "set":
            return self.pick(
                ["[]", "[1, 2]", '["a", "b",]', "[principal, resource]", "[%s, %s]" % (self.uid(), self.uid())]
            )
        if kind == "record":
            return self.pick(["context", "{}", '{a: 1, "d e": {b: principal},}'])
        arguments = literals.GOOD if self.chance(0.8) else literals.BAD
        return "%s(%s)" % (kind, quote(self.pick(arguments[kind]), self.random))

    def attribute(self, kind=None):
        wanted = [n for n in self.attributes if HOLDERS.get(n) == kind]
        return self.pick(wanted) if wanted and self.chance(0.8) else self.pick(self.attributes)

    def access(self, depth, kind=None):
        base = self.pick(["principal", "resource", "context", "context", "action"])
        if depth > 0 and self.chance(0.3):
            base = self.pick([self.expression("entity", depth - 1), self.expression("record", depth - 1), self.uid()])
        for _ in range(self.pick([0, 0, 0, 1, 1, 2])):
            base += literals.selector(self.attribute(), self.random)
        if self.chance(0.1):
            return base + ".getTag(%s)" % self.expression("string", depth - 1)
        return base + literals.selector(self.attribute(kind), self.random)

    def path(self):
        """What `has` asks for: one attribute, or several steps."""
        steps = [self.pick([n for n in self.attributes if is_identifier(n)]) for _ in range(self.pick([1, 1, 2, 3]))]
        return (
            quote(self.pick(self.attributes), self.random) if len(steps) == 1 and self.chance(0.4) else ".".join(steps)
        )

    def pattern(self):
        pieces = ["a", "b", "*", "*", "\\*", "é", "e\u0301", "😀", "\\u{2a}", "\\n", "c", "\\\\", "**"]
        return '"' + "".join(self.pick(pieces) for _ in range(self.random.randrange(6))) + '"'

    def make_bool(self, depth):
        make = self.expression
        below = depth - 1
        kind = self.random.randrange(24)
        if kind <= 1:
            operator = [" && ", " || "][kind]
            return "(" + operator.join(make("bool", below) for _ in range(self.random.randrange(2, 5))) + ")"
        if kind == 2:
            return "!" * self.random.randrange(1, 5) + make("bool", below)
        if kind <= 4:
            same = self.pick(KINDS)
            return "(%s %s %s)" % (make(same, below), self.pick(["==", "!="]), make(same, below))
        if kind <= 7:
            same = self.pick(["long", "long", "datetime", "duration"])
            return "(%s %s %s)" % (make(same, below), self.pick(["<", "<=", ">", ">="]), make(same, below))
        if kind <= 9:
            right = "[%s]" % ", ".join(make("entity", below) for _ in range(self.random.randrange(4)))
            if self.chance(0.6):
                right = make(self.pick(["entity", "entity", "set"]), below)
            return "(%s in %s)" % (make("entity", below), right)
        if kind <= 11:
            left = self.pick(["principal", "resource", "context", make(self.pick(["entity", "record"]), below)])
            return "(%s has %s)" % (left, self.path())
        if kind == 12:
            return "(%s like %s)" % (make("string", below), self.pattern())
        if kind == 13:
            return "(%s is %s)" % (make("entity", below), self.pick(self.types + ["Action"]))
        if kind == 14:
            parts = (make("entity", below), self.pick(self.types), make(self.pick(["entity", "set"]), below))
            return "(%s is %s in %s)" % parts
        if kind == 15:
            return "%s.contains(%s)" % (make("set", below), self.anything(below))
        if kind == 16:
            return "%s.%s(%s)" % (make("set", below), self.pick(["containsAll", "containsAny"]), make("set", below))
        if kind == 17:
            return "%s.isEmpty()" % make("set", below)
        if kind == 18:
            return "%s.hasTag(%s)" % (make("entity", below), make("string", below))
        if kind == 19:
            method = self.pick(["lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"])
            return "%s.%s(%s)" % (make("decimal", below), method, make("decimal", below))
        if kind == 20:
            return "%s.%s()" % (make("ip", below), self.pick(["isIpv4", "isIpv6", "isLoopback", "isMulticast"]))
        if kind == 21:
            return "%s.isInRange(%s)" % (make("ip", below), make("ip", below))
        if kind == 22 and self.chance(0.2):
            wrong = [
                "%s.isIpv4(1)" % make("ip", below),
                "ip()",
                'ip("::1", 2)',
                "%s.lessThan()" % make("decimal", below),
                "%s.toDays(%s)" % (make("duration", below), self.anything(below)),
            ]
            return self.pick(wrong)
        return "(%s == %s)" % (self.anything(below), self.anything(below))

    def make_long(self, depth):
        make = self.expression
        kind = self.random.randrange(6)
        if kind == 0:
            text = make("long", depth - 1)
            for _ in range(self.random.randrange(1, 4)):
                text += self.pick([" + ", " - "]) + make("long", depth - 1)
            return "(" + text + ")"
        if kind == 1:
            return "(" + " * ".join(make("long", depth - 1) for _ in range(self.random.randrange(2, 4))) + ")"
        if kind == 2:
            return "(%s(%s))" % ("-" * self.random.randrange(1, 5), make("long", depth - 1))
        if kind == 3:
            unit = self.pick(["toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays"])
            return "%s.%s()" % (make("duration", depth - 1), unit)
        if kind == 4:
            return "(%s + %s * %s)" % (make("long", depth - 1), make("long", depth - 1), make("long", depth - 1))
        return self.leaf("long")

    def make_string(self, depth):
        return self.leaf("string")

    def make_entity(self, depth):
        return self.access(depth, "entity") if self.chance(0.3) else self.leaf("entity")

    def make_set(self, depth):
        if self.chance(0.3):
            return self.access(depth, "set")
        kind = self.pick(["long", "string", "entity", "record", "set", "decimal", "bool"])
        return "[" + ", ".join(self.expression(kind, depth - 1) for _ in range(self.random.randrange(4))) + "]"

    def make_record(self, depth):
        if self.chance(0.4):
            return self.access(depth, "record")
        names = self.random.sample(self.attributes, min(len(self.attributes), self.random.randrange(4)))
        fields = []
        for name in names:
            text = name if is_identifier(name) and self.chance(0.6) else quote(name, self.random)
            fields.append(text + ": " + self.expression(self.pick(KINDS), depth - 1))
        return "{" + ", ".join(fields) + "}"

    def constructed(self, kind, depth):
        if self.chance(0.8):
            return self.leaf(kind)
        return "%s(%s)" % (kind, self.expression("string", depth - 1))

    def make_decimal(self, depth):
        return self.constructed("decimal", depth)

    def make_ip(self, depth):
        return self.constructed("ip", depth)

    def make_datetime(self, depth):
        if self.chance(0.4):
            return "%s.offset(%s)" % (self.expression("datetime", depth - 1), self.expression("duration", depth - 1))
        if self.chance(0.3):
            return "%s.toDate()" % self.expression("datetime", depth - 1)
        return self.constructed("datetime", depth)

    def make_duration(self, depth):
        if self.chance(0.4):
            pair = (self.expression("datetime", depth - 1), self.expression("datetime", depth - 1))
            return "%s.durationSince(%s)" % pair
        if self.chance(0.3):
            return "%s.toTime()" % self.expression("datetime", depth - 1)
        return self.constructed("duration", depth)

    # Deep nesting.

    def deep(self, depth):
        """A truth value with so many levels around a small one; the sum of all levels stays below the limit of 100."""
        text, kind = "principal == resource", "bool"
        for _ in range(depth):
            choice = self.random.randrange(7)
            if kind == "bool":
                if choice == 0:
                    text = "!(" + text + ")"
                elif choice == 1:
                    text = "(" + text + ")"
                elif choice == 2:
                    text = "if %s then %s else %s" % ("(" + text + ")", self.leaf("bool"), self.leaf("bool"))
                elif choice == 3:
                    text, kind = "[" + text + "]", "set"
                elif choice == 4:
                    text, kind = "{a: " + text + "}", "record"
                else:
                    text = "(%s) %s %s" % (text, self.pick(["&&", "||"]), self.leaf("bool"))
            elif kind == "set":
                text, kind = (text + ".contains(true)", "bool") if choice < 3 else ("[" + text + "]", "set")
                if kind == "set":
                    text, kind = text + ".isEmpty()", "bool"
            else:
                text, kind = (text + ".a", "any") if choice < 3 else (text + " has a", "bool")
                kind = "bool"
        return text if kind == "bool" else "(%s) == 1" % text
