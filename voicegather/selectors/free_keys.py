"""Keys that nothing has yet, made of what people call things."""

from __future__ import annotations

from itertools import count

from django.utils.text import slugify

from voicegather.models import Calendar, Prompt

LONGEST_KEY = 50


def free_key(model: type[Prompt] | type[Calendar], name: str) -> str:
    """“After hours” as ``after_hours``, or with the next free number: ``after_hours_2``.

    A name without a letter that a key may begin with, such as one in another script, goes by the
    model: ``prompt_2``. One query.
    """
    kind = str(model._meta.model_name)
    wanted = slugify(name).replace("-", "_").lstrip("_0123456789") or kind
    wanted = wanted[: LONGEST_KEY - 8].rstrip("_")
    taken = set(model.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    if wanted not in taken:
        return wanted
    return next(key for number in count(2) if (key := f"{wanted}_{number}") not in taken)
