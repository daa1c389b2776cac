"""Documents with contexts of their own, made from a stream of choices (a seed, or whatever Hypothesis draws)."""

from __future__ import annotations

import random
from typing import Any

JsonObject = dict[str, Any]

V1 = "https://www.w3.org/2018/credentials/v1"
V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
NAMES = ("ex", "alpha", "beta", "gamma", "delta", "Thing", "Other", "kept", "uid", "kind", "ex:direct", "lang")
IRIS = (
    *("https://e.example/ns#", "https://e.example/a/", "urn:x:b", "https://e.example/c?d=1", "ex:part", "alpha"),
    *("https://e.example/ns#alpha", "@id", "@type", "xsd:date", "https://schema.org/name", "not an iri", "plain"),
)
TYPES = ("@id", "@vocab", "@json", "@none", "https://e.example/datatype", "ex:datatype", "alpha", "relative")
CONTAINERS = ("@list", "@set", "@language", "@graph", ["@graph", "@set"], ["@set"], "@index", ["@list"])
TEXTS = ("", "a", 'é\n"quoted"', "urn:uuid:7", "https://e.example/x", "ex:y", "alpha", "Thing", "_:b3", "@id", "en")


class Maker:
    """Draws one document; `chance` decides everything, so equal chances give equal documents."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def document(self) -> JsonObject:
        document: JsonObject = {
            "@context": [self._pick((V2, V2, V1)), self._opening(), *self._some(self._context, 2)],
            "id": "urn:uuid:0",
            "type": ["VerifiableCredential"],
        }
        if self._chance.random() < 0.3:
            document["@context"].insert(self._chance.randint(1, len(document["@context"])), OB)
        if self._chance.random() < 0.3:
            document["type"].append(self._pick(NAMES))
        if self._chance.random() < 0.3:
            document["name"] = self._value(0)
        document["credentialSubject"] = self._node(0)
        return document

    def _opening(self) -> JsonObject:
        """A context under which most documents can be read."""
        if self._chance.random() < 0.1:
            return self._context()
        fixed = {"ex": "https://e.example/ex#", "uid": "@id", "kind": "@type", "@vocab": "https://e.example/vocab#"}
        return {**fixed, **{name: self._definition(0) for name in self._some(lambda: self._pick(NAMES[1:8]), 4)}}

    def _context(self, depth: int = 0) -> Any:
        context: JsonObject = {}
        for name in self._some(lambda: self._pick(NAMES), 4):
            context[name] = self._definition(depth)
        for name, values in (
            ("@vocab", ("https://e.example/vocab#", "https://e.example/vocab/", None)),
            ("@language", ("en", "De-AT", None)),
            ("@protected", (True,)),
            ("@propagate", (True, False)),
            ("@version", (1.1,)),
        ):
            if self._chance.random() < 0.15:
                context[name] = self._pick(values)
        return context

    def _definition(self, depth: int) -> Any:
        iri = self._pick(IRIS if self._chance.random() < 0.05 else IRIS[:4])
        if self._chance.random() < 0.4:
            return iri
        definition: JsonObject = {"@id": iri}
        for name, values in (
            ("@type", TYPES if self._chance.random() < 0.1 else TYPES[:5]),
            ("@container", CONTAINERS if self._chance.random() < 0.1 else CONTAINERS[:6]),
            ("@language", ("fr", None)),
            ("@protected", (True, False)),
            ("@prefix", (True, False)),
        ):
            if self._chance.random() < 0.2:
                definition[name] = self._pick(values)
        if definition.get("@language") and self._chance.random() < 0.5:
            definition["@direction"] = "ltr"
        if depth < 2 and self._chance.random() < 0.3:
            definition["@context"] = self._context(depth + 1)
        return definition

    def _node(self, depth: int) -> JsonObject:
        node: JsonObject = {}
        if self._chance.random() < 0.5:
            node[self._pick(("id", "@id", "uid"))] = self._pick(("urn:uuid:1", "https://e.example/n", "ex:n", "_:x1"))
        if self._chance.random() < 0.5:
            node[self._pick(("type", "@type", "kind"))] = self._pick(("Thing", ["Thing", "Other"], "urn:x:T", "ex:T"))
        if self._chance.random() < 0.15:
            node["@context"] = self._context()
        for _ in range(self._chance.randint(1, 3)):
            node[self._pick((*NAMES, "https://e.example/direct", "name", "description"))] = self._value(depth)
        return node

    def _value(self, depth: int) -> Any:
        roll = self._chance.random()
        if roll < 0.35:
            return self._pick(TEXTS)
        if roll < 0.5:
            return self._pick((1, 0, 2.5, True, False, -7, 36.5, 1e-5))
        if roll < 0.65:
            return self._value_object()
        if roll < 0.75 and depth < 3:
            return self._some(lambda: self._value(depth + 1), 3)
        if roll < 0.8 and depth < 3:
            return {self._pick(("@list", "@set")): self._some(lambda: self._value(depth + 1), 3)}
        if roll < 0.85:
            return {"en": "a", self._pick(("de", "FR-ca", "@none")): self._pick(("b", ["b", "c"]))}
        return self._node(depth + 1) if depth < 3 else "deep"

    def _value_object(self) -> JsonObject:
        value: JsonObject = {"@value": self._pick(("a", "שלום", 5, True, {"any": [1, None]}))}
        for name, values in (
            ("@language", ("en", "He-IL")),
            ("@type", ("https://e.example/datatype", "ex:datatype", "@json", "alpha")),
        ):
            if self._chance.random() < 0.35:
                value[name] = self._pick(values)
        if "@language" in value and self._chance.random() < 0.5:
            value["@direction"] = self._pick(("rtl", "ltr"))
        return value

    def _pick(self, values: Any) -> Any:
        return values[self._chance.randrange(len(values))]

    def _some(self, make: Any, most: int) -> list[Any]:
        return [make() for _ in range(self._chance.randint(0, most))]
