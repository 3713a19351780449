"""What a browser would send of a page's form, were it sent as it was opened."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


def filled(page: Any, form_id: str = "", **fields: str) -> dict[str, Any]:
    """The fields of the page's form of this id, or of its last one, with `fields` typed in."""
    reader = _Reader(form_id)
    reader.feed(page.content.decode())
    return {**reader.sent, **fields}


class _Reader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.sent: dict[str, str] = {}
        self.is_inside = False
        self.is_template = False
        self.select = ""
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "template":
            self.is_template = True
        if tag == "form":
            self.is_inside = not self.form_id or given.get("id") == self.form_id
            self.sent = {} if self.is_inside else self.sent
        if not self.is_inside or self.is_template or "disabled" in given:
            return
        if tag == "input" and given.get("type") not in ("submit", "file", "button"):
            is_box = given.get("type") in ("checkbox", "radio")
            if name and (not is_box or "checked" in given):
                self.sent[name] = given.get("value") or ("on" if is_box else "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in self.sent:
                self.sent[self.select] = given.get("value") or ""
        elif tag == "textarea":
            self.area = name
            self.sent[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        if tag == "template":
            self.is_template = False
        if tag == "select":
            self.select = ""
        if tag == "textarea" and self.area:
            self.sent[self.area] = self.sent[self.area].removeprefix("\n")
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] += data
