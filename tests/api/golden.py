"""Writes docs/openapi.yaml anew: ``python -m tests.api.golden``."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parents[2] / "docs" / "openapi.yaml"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.test")
    import django

    django.setup()
    from drf_spectacular.renderers import OpenApiYamlRenderer

    from voicegather.api.schema import openapi_document

    GOLDEN.write_bytes(OpenApiYamlRenderer().render(openapi_document()))


if __name__ == "__main__":
    main()
