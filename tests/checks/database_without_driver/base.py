from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

raise ImproperlyConfigured("Error loading the driver of this database.")
