"""Uploads of a bounded size: what is too large passes by, and nothing else of the form is lost."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from voicegather.services.audio import MOST_BYTES


class BoundedUploadHandler(FileUploadHandler):
    """Lets the next handler keep up to MOST_BYTES of a file, and drops what comes after them.

    The form then gets an empty file of the true size, and says that it is too large.
    """

    dropped = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.dropped = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) <= MOST_BYTES:
            return raw_data
        self.dropped = True
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if not self.dropped:
            return None
        for handler in self.request.upload_handlers if self.request else ():
            if (begun := getattr(handler, "file", None)) is not None:
                begun.close()
        return UploadedFile(io.BytesIO(), self.file_name, self.content_type, file_size)


def bound_uploads(request: HttpRequest) -> None:
    """Have the files of this request bounded, unless it was read already."""
    if not hasattr(request, "_files"):
        request.upload_handlers.insert(0, BoundedUploadHandler(request))


class BoundedUploads:
    """The add and change pages of a model admin, with the uploads that they take bounded.

    To look for the CSRF token is to read the whole request, so it is looked for after that:
    by ``changeform_view`` itself, which Django protects.
    """

    @method_decorator(csrf_exempt)
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bound_uploads(request)
        response: HttpResponse = super().add_view(request, *args, **kwargs)  # type: ignore[misc]
        return response

    @method_decorator(csrf_exempt)
    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        bound_uploads(request)
        response: HttpResponse = super().change_view(request, *args, **kwargs)  # type: ignore[misc]
        return response
