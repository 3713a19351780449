"""``python -m benchmarks.sample``: publish the demo site's sample menus."""

from __future__ import annotations

import django

if __name__ == "__main__":
    django.setup()

    from project.samples import load_samples

    load_samples()
