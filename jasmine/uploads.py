"""No file is ever taken: nothing in Jasmine needs one, and a photo tells more than its sender knows."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler


class Refusing(FileUploadHandler):
    """The only upload handler: refuses at the first file part."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SuspiciousOperation("a file part")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        raise SuspiciousOperation("a file part")

    def file_complete(self, file_size: int) -> None:
        return None
