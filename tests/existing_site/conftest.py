"""A site of somebody else, with the wheel installed into it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.wheel import install_wheel

# The bakery's tests are its own: they run inside it, with its settings.
collect_ignore = ["bakery"]

#: Of our environment, no word of our settings may reach the other site.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Site:
    """The other site's folder, and where the wheel was installed for it."""

    folder: Path
    installed: Path

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python in the site, warnings as errors; stdout and stderr are in `stdout`."""
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            cwd=self.folder,
            env={**environment, "PYTHONPATH": f"{self.installed}{os.pathsep}{self.folder}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    home = tmp_path_factory.mktemp("existing_site")
    source = Path(__file__).with_name("bakery")
    shutil.copytree(source, home / "bakery", ignore=shutil.ignore_patterns("__pycache__"))
    install_wheel(wheel, home / "installed")
    return Site(home / "bakery", home / "installed")
