"""JavaScript of others: what is shipped is what its authors published, and all of it is listed."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

import voicegather

VENDOR = Path(voicegather.__file__).parent / "static" / "voicegather" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
SUMS = {name: wanted for package in MANIFEST for name, wanted in package["files"].items()}


@pytest.mark.parametrize("name", SUMS)
def test_a_vendored_file_is_as_its_authors_published_it(name: str) -> None:
    assert sha256((VENDOR / name).read_bytes()).hexdigest() == SUMS[name]


def test_every_vendored_file_is_listed() -> None:
    found = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}

    assert found - {"manifest.json", "README.md"} == set(SUMS)


@pytest.mark.parametrize("package", MANIFEST, ids=lambda package: package["package"])
def test_a_vendored_package_has_a_version_and_a_licence(package: dict[str, str]) -> None:
    folder = next(iter(package["files"])).partition("/")[0]

    assert package["version"]
    assert package["licence"] == "MIT"
    assert "Permission is hereby granted" in (VENDOR / folder / "LICENSE").read_text()


@pytest.mark.parametrize("name", [name for name in SUMS if name.endswith(".js")])
def test_the_source_map_that_a_script_names_is_there(name: str) -> None:
    """Static files with hashed names do not collect without it."""
    script = VENDOR / name
    named = re.findall(r"^//# sourceMappingURL=(.+)$", script.read_text(), re.MULTILINE)

    assert all((script.parent / each).is_file() for each in named)
