"""The handler ``http``, which every site has: it asks a service of the site's own for variables."""

from __future__ import annotations

import time

from voicegather.handlers.http.answers import variables_of
from voicegather.handlers.http.fetching import fetch
from voicegather.handlers.http.options import read_options
from voicegather.handlers.registry import handler
from voicegather.handlers.words import HandlerCall, Result

__all__ = ["SECONDS", "http"]

#: For everything: look-ups, tries, redirects, and the answer to its last byte.
SECONDS = 5.0


@handler("http")
def http(call: HandlerCall) -> Result:
    """Send variables to a URL, take others from its JSON answer, as docs/handlers.md tells.

    Raises HandlerError, in words that quote neither variables nor the answer.
    """
    options = read_options(call.options)
    answer = fetch(options, call.variables, deadline=time.monotonic() + SECONDS)
    return Result(variables_of(answer, options.take))
