"""Where an ``http`` step may go: to hosts that the site lists, by their names there alone."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from voicegather import conf
from voicegather.handlers.words import HandlerError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """A URL in its parts, all of them from one reading of it; `path` has the query, too."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def named_host(self) -> str:
        """``name``, or ``name:port`` where the port is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def read_url(url: str) -> Target:
    """The URL, if it is one that a step may ask; raises HandlerError that says why not."""
    target = parsed_url(url)
    if target is None:
        raise HandlerError("the URL must be like https://api.example.com/path, in plain ASCII")
    if target.origin not in allowed_origins():
        raise HandlerError(
            "the URL's host, with its port, is not in VOICEGATHER['HTTP_HANDLER_HOSTS'] "
            "(as http://host when it is not asked over https)"
        )
    return target


def allowed_origins() -> set[tuple[str, str, int]]:
    """Scheme, host and port of each entry of HTTP_HANDLER_HOSTS that can be read."""
    entries = map(read_entry, conf.get("HTTP_HANDLER_HOSTS"))
    return {entry.origin for entry in entries if entry is not None}


def read_entry(entry: object) -> Target | None:
    """An entry such as ``api.example.com``, ``api.example.com:8443`` or ``http://localhost:8000``.

    None for what is no such thing.
    """
    if not isinstance(entry, str):
        return None
    target = parsed_url(entry if "://" in entry else f"https://{entry}")
    return target if target is not None and target.path == "/" else None


def token_for(target: Target) -> str:
    """The site's bearer token for this host, "" where it has none."""
    tokens = {str(host).lower(): token for host, token in conf.get("HTTP_HANDLER_TOKENS").items()}
    return str(tokens.get(target.named_host, ""))


def parsed_url(url: str) -> Target | None:
    """A URL in its parts; None for what is none, and for what others may read as another one."""
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or "%" in host or port == 0:
        return None
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], path)
