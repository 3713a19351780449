"""Phone menus for any Django site, on the Telnyx Voice API."""

__version__ = "0.1.0"
