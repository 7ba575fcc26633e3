"""Validates the published formats with validators that are not ours.

Checks openapi.json (OpenAPI 3.1), the JSON Schemas (draft 2020-12), every example in them, every YAML file below
Policies and Conformance, and the samples in Fixtures: those in `accepted` must fit their schema, those in `refused`
must not.

Usage: validate.py REPOSITORY
Prints what is wrong and exits with 1, or prints what was checked.
"""

import json
import re
import sys
from pathlib import Path

import jsonschema
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

KINDS = ("bundle", "roles", "tenant", "obligations", "links", "suite")
# Documents of the residency packs, which have no samples.
PACKS = ("regions", "jurisdictions", "adequacy")
# The members of these objects are names that authors choose, not keywords of a schema.
MAPS = ("properties", "$defs", "x-enum-descriptions")


class CoreLoader(yaml.SafeLoader):
    """Reads YAML as Verdict does: the core schema of YAML 1.2, keys as they are written, no key twice."""

    def construct_mapping(self, node, deep=False):
        mapping = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if key in mapping:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key} is there twice", key_node.start_mark)
            mapping[key] = self.construct_object(value_node, deep=True)
        return mapping


CoreLoader.yaml_implicit_resolvers = {}
CoreLoader.add_constructor("tag:yaml.org,2002:map", CoreLoader.construct_mapping)
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), None)
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), None)
CoreLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), None)
CoreLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"), None
)


def without_duplicates(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError(f"an object has a member twice: {names}")
    return dict(pairs)


def pointer(parts):
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


class Check:
    def __init__(self, repository):
        self.repository = repository
        self.formats = repository / "Sources/PublishedFormats/Formats"
        self.problems = []
        self.counts = {}
        documents = {
            path.name: json.loads(path.read_text("utf-8"), object_pairs_hook=without_duplicates)
            for path in sorted(self.formats.glob("*.json"))
        }
        self.openapi = documents.pop("openapi.json")
        self.schemas = {name.removesuffix(".schema.json"): schema for name, schema in documents.items()}
        self.registry = Registry().with_resources(
            (f"urn:{name}", DRAFT202012.create_resource(document))
            for name, document in [*self.schemas.items(), ("openapi", self.openapi)]
        )

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    def validator(self, document, place=()):
        return jsonschema.Draft202012Validator({"$ref": f"urn:{document}#{pointer(place)}"}, registry=self.registry)

    def expect_valid(self, value, document, place, where):
        for error in self.validator(document, place).iter_errors(value):
            self.problems.append(f"{where}: {error.json_path}: {error.message[:300]}")

    def run(self):
        if set(self.schemas) != set(KINDS + PACKS):
            self.problems.append(f"the schemas are {sorted(self.schemas)}")
        self.check_openapi()
        for kind, schema in self.schemas.items():
            jsonschema.Draft202012Validator.check_schema(schema)
            self.count("schemas")
            self.check_examples(schema, kind, ())
        self.check_files()
        self.check_samples()

    def check_openapi(self):
        for error in OpenAPIV31SpecValidator(self.openapi).iter_errors():
            self.problems.append(f"openapi.json: {error.json_path}: {error.message[:300]}")
        for name, schema in self.openapi["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
            self.check_examples(schema, "openapi", ("components", "schemas", name))
        code = self.openapi["components"]["schemas"]["ProblemCode"]
        if code["enum"] != list(code["x-enum-descriptions"]):
            self.problems.append("openapi.json: the problem codes and their descriptions differ")
        self.check_media(self.openapi, ())

    def check_media(self, node, place):
        """Checks the examples of everything in an OpenAPI document that has a schema."""
        if isinstance(node, list):
            for index, element in enumerate(node):
                self.check_media(element, (*place, index))
        if not isinstance(node, dict):
            return
        if "schema" in node and place[:2] != ("components", "schemas"):
            examples = {name: example["value"] for name, example in node.get("examples", {}).items()}
            if "example" in node:
                examples["example"] = node["example"]
            if not examples:
                self.problems.append(f"openapi.json {pointer(place)}: has no example")
            for name, value in examples.items():
                self.count("examples")
                self.expect_valid(value, "openapi", (*place, "schema"), f"openapi.json {pointer(place)} {name}")
        for key, value in node.items():
            if key not in ("example", "examples"):
                self.check_media(value, (*place, key))

    def check_examples(self, schema, document, place):
        """Checks the examples in a schema and in every schema inside it."""
        if isinstance(schema, list):
            for index, element in enumerate(schema):
                self.check_examples(element, document, (*place, index))
        if not isinstance(schema, dict):
            return
        is_schema = not place or place[-1] not in MAPS
        if is_schema:
            for index, example in enumerate(schema.get("examples", [])):
                self.count("examples")
                self.expect_valid(example, document, place, f"{document} {pointer(place)} example {index}")
        for key, value in schema.items():
            if not (is_schema and key in ("examples", "const", "enum", "default")):
                self.check_examples(value, document, (*place, key))

    def kind(self, path):
        """What a YAML file is, by its place in the repository."""
        parts = path.relative_to(self.repository).parts
        if parts[0] == "Conformance":
            return "suite"
        if len(parts) == 4 and parts[2] == "tenants":
            return "tenant"
        if len(parts) == 3 and path.stem in KINDS + PACKS:
            return path.stem
        return None

    def check_files(self):
        for folder in ("Policies", "Conformance"):
            paths = sorted([*(self.repository / folder).rglob("*.yaml"), *(self.repository / folder).rglob("*.yml")])
            if not paths:
                self.problems.append(f"{folder}: there are no YAML files")
            for path in paths:
                name = path.relative_to(self.repository)
                kind = self.kind(path)
                if kind is None:
                    self.problems.append(f"{name}: no schema is for this file")
                    continue
                self.count("files")
                self.expect_valid(yaml.load(path.read_text("utf-8"), CoreLoader), kind, (), name)

    def check_samples(self):
        for path in sorted((Path(__file__).parent / "Fixtures").glob("*/*/*.yaml")):
            verdict, kind = path.parts[-3], path.parts[-2]
            document = yaml.load(path.read_text("utf-8"), CoreLoader)
            self.count(f"{verdict} samples")
            if verdict == "accepted":
                self.expect_valid(document, kind, (), "/".join(path.parts[-3:]))
            elif self.validator(kind).is_valid(document):
                self.problems.append(f"{'/'.join(path.parts[-3:])}: must be refused, but fits the schema")


def main():
    check = Check(Path(sys.argv[1]).resolve())
    check.run()
    for problem in check.problems:
        print(problem)
    print(", ".join(f"{count} {what}" for what, count in sorted(check.counts.items())))
    sys.exit(1 if check.problems else 0)


main()
