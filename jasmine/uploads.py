"""No file is ever taken: nothing in Jasmine needs one, and a photo tells more than its sender knows."""

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler


class Refusing(FileUploadHandler):
    """The only upload handler: refuses at the first file part, and a form that is not written in UTF-8."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        # Other codings crash the parser, or bring halves of letters that cannot be stored. Browsers send none.
        if str(encoding).lower() != "utf-8":
            raise SuspiciousOperation("a form that is not UTF-8")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SuspiciousOperation("a file part")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        raise SuspiciousOperation("a file part")

    def file_complete(self, file_size: int) -> None:
        return None
