"""The package as others install it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "voicegather")


def build_wheel(folder: Path) -> Path:
    """Build the wheel below `folder`, from a copy: an old build/ must not leak into it."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, sources / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
            )
        else:
            shutil.copy(source, sources / name)
    command = [*(sys.executable, "-m", "build"), "--wheel", "--no-isolation", "--outdir", folder]
    built = subprocess.run(
        [*command, sources], capture_output=True, text=True, check=False, cwd=folder
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def install_wheel(wheel: Path, folder: Path) -> None:
    """Install into `folder` alone; what it depends on is in this environment already."""
    command = [*(sys.executable, "-m", "pip", "install"), "--quiet", "--no-deps", "--no-index"]
    installed = subprocess.run(
        [*command, "--no-compile", "--target", folder, wheel],
        capture_output=True,
        text=True,
        check=False,
    )
    assert installed.returncode == 0, installed.stdout + installed.stderr
