"""Whom the site may ring: its own countries, what is listed, and nothing that costs by surprise."""

from __future__ import annotations

from typing import Any

import pytest

from voicegather.models import PhoneNumber
from voicegather.services.destinations import DestinationRefusedError, check_destination

pytestmark = pytest.mark.django_db

US = "+13125550177"


@pytest.fixture
def listed(settings: Any) -> Any:
    def set_to(*destinations: str) -> None:
        settings.VOICEGATHER = settings.VOICEGATHER | {"ALLOWED_DESTINATIONS": list(destinations)}

    return set_to


def own(number: str, **fields: Any) -> PhoneNumber:
    return PhoneNumber.objects.create(number=number, **fields)


def is_refused(to: str) -> bool:
    try:
        check_destination(to)
    except DestinationRefusedError:
        return True
    return False


def test_a_site_without_numbers_rings_nobody() -> None:
    with pytest.raises(DestinationRefusedError) as refusal:
        check_destination(US)
    assert str(refusal.value) == (
        "Numbers of US may not be rung: none of the site's own active numbers is of there. "
        "List the prefix in VOICEGATHER['ALLOWED_DESTINATIONS']."
    )
    assert US not in str(refusal.value)


def test_numbers_of_the_sites_own_countries_may_be_rung() -> None:
    own("+13125550100")
    check_destination(US)
    assert is_refused("+442071838750")


def test_a_number_that_is_switched_off_opens_no_country() -> None:
    number = own("+13125550100")
    check_destination(US)
    number.is_active = False
    number.save()
    assert is_refused(US)


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ("+18095551234", "the Dominican Republic"),
        ("+18765551234", "Jamaica"),
        ("+14165550123", "Canada"),
        ("+12423651234", "the Bahamas"),
    ],
)
def test_a_country_code_of_many_countries_opens_only_the_sites_own(to: str, where: str) -> None:
    own("+13125550100")
    assert is_refused(to), where


def test_crown_dependencies_are_countries_of_their_own() -> None:
    own("+442071838750")
    check_destination("+441514960000")
    assert is_refused("+441534123456")


@pytest.mark.parametrize("to", ["+881612345678", "+870773111632", "+80012345678"])
def test_numbers_of_no_country_are_opened_by_no_number(to: str, listed: Any) -> None:
    own("+80012345678")
    assert is_refused(to)
    listed("+881", "+870", "+800")
    check_destination(to)


def test_a_listed_prefix_opens_what_begins_with_it(listed: Any) -> None:
    listed("+4420")
    check_destination("+442071838750")
    assert is_refused("+441514960000")


@pytest.mark.parametrize(
    ("dear", "too_short", "long_enough"),
    [
        ("+19005551234", "+190", "+1900"),
        ("+448712345678", "+44", "+4487"),
        ("+491801234567", "+49", "+4918"),
        ("+33899123456", "+338", "+3389"),
    ],
)
def test_dear_numbers_are_refused_unless_a_prefix_means_them(
    dear: str, too_short: str, long_enough: str, listed: Any
) -> None:
    own("+13125550100")
    own("+442071838750")
    with pytest.raises(DestinationRefusedError, match="premium-rate or shared-cost"):
        check_destination(dear)
    listed(too_short)
    assert is_refused(dear)
    listed(long_enough)
    check_destination(dear)


@pytest.mark.parametrize(
    "to",
    [
        "",
        "3125550177",
        "+1312555017",
        "+1 312 555 0177",
        "+13125550177,200",
        "+13125550177;ext=9",
        "+0123456789",
        "+9991234567",
        "911",
        "anonymous",
        "tel:+13125550177",
        "+١٣١٢٥٥٥٠١٧٧",
        "+13125550177\n",
    ],
)
def test_what_is_no_valid_number_is_refused(to: str, listed: Any) -> None:
    own("+13125550100")
    listed("+1")
    with pytest.raises(DestinationRefusedError, match="no number that can be rung"):
        check_destination(to)


@pytest.mark.parametrize(
    "to",
    [
        "sip:desk@pbx.example.com",
        "sips:desk@PBX.example.com",
        "sip:+13125550177@east.pbx.example.com:5061",
        "sip:desk@pbx.example.com;transport=tls",
    ],
)
def test_sip_addresses_at_a_listed_host_may_be_rung(to: str, listed: Any) -> None:
    assert is_refused(to)
    listed("sip:pbx.example.com")
    check_destination(to)


@pytest.mark.parametrize(
    "to",
    [
        "sip:desk@evil.example",
        "sip:desk@notpbx.example.com",
        "sip:desk@pbx.example.com.evil.example",
        "sip:desk@evil.example;x=.pbx.example.com",
        "sip:desk@evil.example?to=a.pbx.example.com",
        "sip:desk@evil.example:5060.pbx.example.com",
        "sip:pbx.example.com",
        "sip:a@evil.example@pbx.example.com",
    ],
)
def test_other_hosts_are_refused_however_they_are_written(to: str, listed: Any) -> None:
    listed("sip:pbx.example.com")
    assert is_refused(to)


def test_one_query_answers(django_assert_num_queries: Any, listed: Any) -> None:
    own("+13125550100")
    with django_assert_num_queries(1):
        check_destination(US)
    listed("+1312")
    with django_assert_num_queries(0):
        check_destination(US)
