"""Staff start a key rotation in the admin, and follow it there."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.factories import make_call
from voicegather.models import KeyRotation
from voicegather.sealing import key_names
from voicegather.services.jobs import run_job


def test_staff_start_one_and_read_that_it_is_done(as_staff: Callable[..., Client]) -> None:
    make_call()
    add = reverse("admin:voicegather_keyrotation_add")
    assert as_staff("view_keyrotation").post(add).status_code == 403
    client = as_staff("add_keyrotation", "view_keyrotation")

    assert key_names()[0] in client.get(add).content.decode()
    for _press in range(2):
        answer = client.post(add, follow=True)
    rotation = KeyRotation.objects.get()

    page_url = answer.redirect_chain[0][0]
    assert page_url == reverse("admin:voicegather_keyrotation_change", args=[rotation.pk])
    run_job(f"keyrotation:{rotation.pk}")
    assert "nothing was left under an older key" in client.get(page_url).content.decode()
    assert rotation.owner == User.objects.latest("pk")
