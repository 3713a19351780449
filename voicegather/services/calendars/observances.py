"""National holidays, as the library ``holidays`` knows them; it is loaded when asked first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

#: Years of one country or part of it that are kept.
_MOST_REMEMBERED = 512
_KEY_LANGUAGE = "en_US"


@dataclass(frozen=True, slots=True)
class Observance:
    """One holiday in one year. `key` is its name for rules, the same each year."""

    day: date
    key: str
    #: As the library says it, such as “Independence Day (observed)”.
    name: str


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """The names of the countries whose holidays are known, by code, in order of names."""
    from holidays.registry import COUNTRIES
    from holidays.utils import list_supported_countries

    names = {codes[1]: module.replace("_", " ").title() for module, codes in COUNTRIES.items()}
    codes = list_supported_countries(include_aliases=False)
    known = {code: names.get(code, code) for code in codes}
    return dict(sorted(known.items(), key=lambda item: item[1]))


def is_country(code: Any) -> bool:
    """Whether the holidays of this country (ISO 3166, two letters) are known."""
    return code in countries()


@lru_cache(maxsize=64)
def subdivisions_of(country: str) -> Mapping[str, str]:
    """The parts of a country with holidays of their own: names by code, in order of codes."""
    if not is_country(country):
        return {}
    made = _library(country, "", (), "")
    names = {code: name for name, code in getattr(made, "subdivisions_aliases", {}).items()}
    return {code: names.get(code, code) for code in sorted(made.subdivisions)}


@lru_cache(maxsize=_MOST_REMEMBERED)
def observances(country: str, subdivision: str, year: int) -> tuple[Observance, ...]:
    """The public holidays of a country, or a part of it, in `year`, in order of their days.

    None of a country or part that is not known.
    """
    if not is_country(country) or (subdivision and subdivision not in subdivisions_of(country)):
        return ()
    found = _library(country, subdivision, (year,), _key_language(country))
    labels = _labels_of(found)
    return tuple(
        Observance(day, _bare(name, labels), name)
        for day in sorted(found)
        if day.year == year
        for name in sorted(found.get_list(day))
    )


@lru_cache(maxsize=64)
def names_in(country: str, subdivision: str, year: int, language: str) -> Mapping[str, str]:
    """The holidays' names in `language` ("es", "es-mx") by their keys, as far as they are known.

    The library names days; of several holidays on one day no name can be told.
    """
    wanted = _language_of(country, language)
    if wanted is None:
        return {}
    names: dict[str, str] = {}
    for each in (year, year + 1):
        keyed = observances(country, subdivision, each)
        said = _library(country, subdivision, (each,), wanted)
        labels = _labels_of(said)
        days: dict[date, list[str]] = {}
        for observance in keyed:
            days.setdefault(observance.day, []).append(observance.key)
        for day, keys in days.items():
            found = said.get_list(day)
            if len(keys) == len(found) == 1:
                names.setdefault(keys[0], _bare(found[0], labels))
    return names


def _library(country: str, subdivision: str, years: tuple[int, ...], language: str) -> Any:
    import holidays

    return holidays.country_holidays(
        country,
        subdiv=subdivision or None,
        years=years or None,
        language=language or None,
        expand=False,
    )


@lru_cache(maxsize=256)
def _languages(country: str) -> tuple[tuple[str, ...], str]:
    made = _library(country, "", (), "")
    return tuple(made.supported_languages), made.default_language or ""


def _key_language(country: str) -> str:
    known, default = _languages(country)
    return _KEY_LANGUAGE if _KEY_LANGUAGE in known else default


def _language_of(country: str, language: str) -> str | None:
    """The library's own name of `language` for a country; None where it has none of it."""
    if not is_country(country):
        return None
    known, _default = _languages(country)
    wanted = language.replace("-", "_").lower()
    first = wanted.partition("_")[0]
    exact = (each for each in known if each.lower() == wanted)
    akin = (each for each in known if each.lower().partition("_")[0] == first)
    return next(exact, None) or next(akin, None)


def _labels_of(made: Any) -> tuple[re.Pattern[str], ...]:
    """What the library adds to names, such as “(observed)”, as patterns around the name."""
    return tuple(_patterns(made))


def _patterns(made: Any) -> Iterator[re.Pattern[str]]:
    for attribute in (
        "observed_estimated_label",
        "observed_label",
        "observed_label_before",
        "estimated_label",
    ):
        label = getattr(made, attribute, "")
        for text in {label, made.tr(label)} if label else ():
            before, mark, after = text.partition("%s")
            if mark and (before or after):
                yield re.compile(f"{re.escape(before)}(.+){re.escape(after)}")


def _bare(name: str, labels: tuple[re.Pattern[str], ...]) -> str:
    for pattern in labels:
        found = pattern.fullmatch(name)
        if found:
            return found.group(1).strip()
    return name
