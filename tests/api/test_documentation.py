"""docs/api.md names every address, filter and code there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from tests.wheel import ROOT
from voicegather import conf
from voicegather.api.calls import CallFilterSet
from voicegather.api.results import ResultFilterSet
from voicegather.api.schema import openapi_document
from voicegather.engine.events import Act

TEXT = (ROOT / "docs" / "api.md").read_text()


def test_every_address_is_told_with_its_methods() -> None:
    told = set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`", TEXT))

    assert told == {
        f"{method.upper()} {path}"
        for path, operations in openapi_document()["paths"].items()
        for method in operations
    }


def test_every_filter_and_act_is_told() -> None:
    words = set(re.findall(r"`([a-z_]+)`", TEXT))

    assert {*CallFilterSet.base_filters, *ResultFilterSet.base_filters, *Act} <= words


def test_every_code_of_ours_is_told() -> None:
    sources = "".join(path.read_text() for path in Path(ROOT / "voicegather/api").glob("*.py"))
    codes = set(re.findall(r'HTTP_4\d\d_[A-Z_]+, "([a-z_]+)"', sources))
    codes |= set(re.findall(r'Error: "([a-z_]+)"', sources))

    told = set(re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE))
    assert {"menu_document", "menu_findings", "call_over"} <= codes
    assert codes <= {code for cell in told for code in re.findall(r"`([a-z_]+)`", cell)}


def test_the_rates_are_those_of_the_settings() -> None:
    for name in ("API_THROTTLE", "API_THROTTLE_PLACING"):
        assert f'`{name}` times, `"{conf.DEFAULTS[name]}"`' in TEXT
