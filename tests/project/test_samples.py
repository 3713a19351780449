from __future__ import annotations

import pytest

from project.samples import SAMPLE_NUMBER, SAMPLES, load_samples
from voicegather.models import Menu, PhoneNumber

pytestmark = pytest.mark.django_db


def test_every_sample_is_published_without_an_error() -> None:
    published = load_samples()

    assert len(published) == len(list(SAMPLES.glob("*.yaml")))
    assert not Menu.objects.filter(live_version=None).exists()


def test_the_sample_number_leads_to_the_clinic() -> None:
    load_samples()

    assert PhoneNumber.objects.get(number=SAMPLE_NUMBER).menu.slug == "clinic"


def test_a_number_that_staff_changed_is_left_alone() -> None:
    PhoneNumber.objects.create(number=SAMPLE_NUMBER, name="Ours")

    load_samples()

    assert PhoneNumber.objects.get(number=SAMPLE_NUMBER).name == "Ours"
