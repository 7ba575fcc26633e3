"""Texts and values that cases are made of, and how Cedar writes them."""

import re

# fmt: off
# Words that no identifier may be (Cedar grammar).
RESERVED = {"true", "false", "if", "then", "else", "in", "is", "like", "has", "__cedar"}

ATTRIBUTES = ["a", "b", "c", "d e", "own", "grp", "n", "s", "flag", "r", "é", "e\u0301", "in", "__x"]
STRINGS = ["", "a", "b", "ab", "a*b", "abc", "k", "é", "e\u0301", "😀", "aé😀b", "\n", "\\", "\0", '"', "10.0.0.1",
           "1.5"]
LONGS = [0, 1, 2, 3, -1, -2, 7, 2**63 - 1, -(2**63), 2**62, 3037000500, -(2**62) - 1]

# Arguments of extension constructors, valid and not.
GOOD = {
    "decimal": ["0.0", "1.5", "-1.5", "1.50", "922337203685477.5807", "-922337203685477.5808", "0.0001", "01.5"],
    "ip": [
        "10.0.0.1", "10.0.0.0/8", "10.1.2.3/16", "127.0.0.1", "127.0.0.0/7", "224.0.0.1", "::1", "::1/128", "ff00::/8",
        "ff02::1", "fe80::/10", "0.0.0.0/0", "::/0", "1:2:3:4:5:6:7:8", "A::B",
    ],
    "datetime": [
        "2024-01-01", "2024-01-01T00:00:00Z", "1969-12-31T23:59:59.999Z", "2024-02-29T12:34:56.789Z",
        "2024-01-01T00:00:00+0130", "0000-01-01", "9999-12-31T23:59:59Z", "2024-01-01T00:00:00-2359",
        "2024-12-31T10:00:00.001+2359", "1600-02-29",
    ],
    "duration": [
        "1d", "-1d", "1h30m", "0ms", "9223372036854775807ms", "-9223372036854775808ms", "1d2h3m4s5ms", "90m", "5400s",
        "106751991167d", "-0s",
    ],
}
BAD = {
    "decimal": ["", "1", "1.", ".5", "1.23456", "+1.0", "1e3", "922337203685477.5808", "1.5 ", "bad", "١.٢", "--1.0"],
    "ip": ["", "10.0.0.1/33", "::ffff:1.2.3.4", "::1%lo", "1.2.3", "01.2.3.4", "1.2.3.4/", "1.2.3.4/08", "::1/129",
           "1::2::3"],
    "datetime": [
        "", "2023-02-29", "2024-1-1", "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00",
        "2024-01-01T00:00:00+2400", "2024-01-01T00:00:00.1Z", "2024-01-01t00:00:00Z", "10000-01-01", "2024-13-01",
    ],
    "duration": ["", "1", "1s1d", "ms", "1d1d", "1.5h", "+1d", "9223372036854775808ms", "1D", "106751991168d", "-"],
}
# fmt: on
CONSTRUCTORS = ["decimal", "ip", "datetime", "duration"]
# The name of the type that a constructor makes, in schemas.
EXTENSION_TYPES = {"ipaddr": "ip", "decimal": "decimal", "datetime": "datetime", "duration": "duration"}


def is_identifier(text):
    """Whether a name can stand without quotes."""
    return bool(re.fullmatch(r"[_a-zA-Z][_a-zA-Z0-9]*", text)) and text not in RESERVED


def quote(text, random=None):
    """A string literal; with a generator, some characters are escaped that need not be."""
    out = ['"']
    for character in text:
        if character in '"\\':
            out.append("\\" + character)
        elif character == "\n":
            out.append("\\n")
        elif character == "\0":
            out.append("\\0")
        elif random and random.random() < 0.05:
            out.append("\\u{%x}" % ord(character))
        else:
            out.append(character)
    return "".join(out) + '"'


def key(text):
    """A key of a record or an attribute of a schema."""
    return text if is_identifier(text) else quote(text)


def selector(text, random):
    """The access to an attribute."""
    return "." + text if is_identifier(text) and random.random() < 0.8 else "[" + quote(text, random) + "]"


def uid(entity, random=None):
    """An entity reference of a pair of type and id."""
    return entity[0] + "::" + quote(entity[1], random)


def uid_json(entity):
    """An entity reference in JSON."""
    return {"type": entity[0], "id": entity[1]}
