"""What a browser would send of a form of a page, without scripts and before any button is pressed."""

from __future__ import annotations

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self, id: str) -> None:
        super().__init__()
        self.id = id
        self.fields: dict[str, str] = {}
        self.inside = False
        self.text: tuple[str, list[str]] | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name, kind = given.get("name", ""), given.get("type", "")
        if tag == "form":
            self.inside = given.get("id") == self.id
        elif not self.inside:
            return
        elif tag == "textarea":
            self.text = (name, [])
        elif tag == "select":
            self.select = name
            self.fields.setdefault(name, "")
        elif tag == "option" and "selected" in given:
            self.fields[self.select] = given["value"]
        elif tag == "input" and kind != "file" and (kind not in ("checkbox", "radio") or "checked" in given):
            self.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.text:
            self.fields[self.text[0]] = "".join(self.text[1]).removeprefix("\n")
            self.text = None

    def handle_data(self, data: str) -> None:
        if self.text:
            self.text[1].append(data)


def fields_of(page: str, id: str = "evidence") -> dict[str, str]:
    """Name → value of the form with this id."""
    form = _Form(id)
    form.feed(page)
    return form.fields
