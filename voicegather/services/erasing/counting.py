from __future__ import annotations

from voicegather.models import Erasure


def count(erasure: Erasure, **more: int) -> None:
    """So many more of each, written at once: in the transaction in which they went."""
    for name, number in more.items():
        if number:
            erasure.counts[name] = erasure.counts.get(name, 0) + number
    Erasure.objects.filter(pk=erasure.pk).update(counts=erasure.counts)
