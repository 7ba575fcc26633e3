"""What the Rust engine says, through `cedarpy`, in the form that the peer answers in."""

import json
import re

import cedarpy

import literals


class Refused(Exception):
    """The reference does not accept something."""


class NoAnswer(Exception):
    """The reference cannot be asked: a limit of its own, or a panic."""


def ask(function, *arguments):
    """Calls the reference.

    Panics of Rust arrive as an exception that is no `Exception`.
    """
    try:
        return function(*arguments)
    except (ValueError, TypeError, RuntimeError) as error:
        if "recursion limit" in str(error):
            raise NoAnswer(str(error))
        raise Refused(str(error))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise NoAnswer(str(error))


def policies_to_json(text):
    return json.loads(ask(cedarpy.policies_to_json_str, text))


def policies_from_json(document):
    return ask(cedarpy.policies_from_json_str, document)


def policy_set(document):
    """A set of policies in JSON."""
    return ask(cedarpy.PolicySet.from_json_str, document)


def policy_set_of_text(text):
    return ask(cedarpy.PolicySet.from_str, text)


def link(policies, link):
    """The set with a link of one of its templates."""
    values = {slot: link["values"][slot] for slot in link["values"]}
    return ask(policies.with_linked, link["template"], link["id"], values)


def schema(text):
    return ask(cedarpy.Schema.from_str, text)


def schema_from_json(text):
    return ask(cedarpy.Schema.from_json_str, text)


def failing_policies(text, schema):
    """The ids of the policies that strict validation refuses, with the messages."""
    result = ask(cedarpy.validate_policies, text, schema)
    return {error.policy_id for error in result.errors}, [str(error.error) for error in result.errors]


def entities(text, schema=None):
    return ask(cedarpy.Entities.from_json_str, text, schema) if schema else ask(cedarpy.Entities.from_json_str, text)


def decisions(requests, policies, entities, schema=None):
    """The outcome of each request: decision, reasons, and errors as pairs of policy and code; or a refusal."""
    asked = [dict(r, context=json.dumps(r["context"])) for r in requests]
    outcomes = []
    for result in ask(cedarpy.is_authorized_batch, asked, policies, entities, schema):
        if result.decision == cedarpy.Decision.NoDecision:
            outcomes.append({"accepted": False, "finding": "; ".join(result.diagnostics.errors)})
            continue
        outcomes.append(
            {
                "accepted": True,
                "decision": "allow" if result.decision == cedarpy.Decision.Allow else "deny",
                "reasons": sorted(result.diagnostics.reasons),
                "errors": sorted(error_code(text) for text in result.diagnostics.errors),
            }
        )
    return outcomes


# How messages begin or what they contain, and our code for it.
CODES = [
    (r".*integer overflow", "INTEGER_OVERFLOW"),
    (r"type error", "TYPE_MISMATCH"),
    (r"wrong number of arguments", "WRONG_ARGUMENT_COUNT"),
    (r"error while evaluating `\w+` extension", "INVALID_EXTENSION_VALUE"),
    (r".*does not have the attribute", "MISSING_ATTRIBUTE"),
    (r".*does not have the tag", "MISSING_TAG"),
    (r".*does not exist", "MISSING_ENTITY"),
]


def error_code(text):
    """The policy and the code of an evaluation error."""
    match = re.match(r"error while evaluating policy `(.*?)`: (.*)", text, re.S)
    if not match:
        return ("?", text)
    for pattern, code in CODES:
        if re.match(pattern, match[2], re.S):
            return (match[1], code)
    return (match[1], match[2])
