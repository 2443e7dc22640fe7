"""Columns that are sealed: a model's attribute is plain in memory, its column never.

    story = SealedText(label="report.story")

The row's `id` must be known before it is stored (a UUID made in Python), and the model says in `key_week` to which
week the row is sealed (None: the standing key). Reading opens at first touch, so that a list which does not show a
story never opens it. Only `save`, `create` and `bulk_create` write, because only they see the row: `update()`,
`bulk_update()`, `loaddata` and `filter()` by value are refused.
"""

import json
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from jasmine import crypto


class Ciphertext:
    """A column as the database has it. Tells nothing of itself."""

    __slots__ = ("sealed",)

    def __init__(self, sealed: bytes) -> None:
        self.sealed = bytes(sealed)

    def __repr__(self) -> str:
        return "<sealed>"

    __str__ = __repr__


class _Opening(DeferredAttribute):
    """Opens the column when it is first read."""

    field: "SealedField"

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        found = super().__get__(instance, cls)
        if instance is None or not isinstance(found, Ciphertext):
            return found
        opened = self.field.opened(instance, found)
        instance.__dict__[self.field.attname] = opened
        return opened

    # With __set__ this is a data descriptor: Python asks it also when the instance holds a value.
    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(models.Field):
    """A sealed column. `label` is bound into what is sealed: fixed for ever, whatever the table is called."""

    descriptor_class = _Opening
    empty_strings_allowed = False

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        self.label = label
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "label": self.label}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> Any:
        return None

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)

    def pre_save(self, model_instance: Any, add: bool) -> Ciphertext:
        if self.attname not in model_instance.__dict__:
            getattr(model_instance, self.attname)  # deferred: what the row says, and not an empty text
        held = model_instance.__dict__[self.attname]
        if isinstance(held, Ciphertext):
            return held  # never opened, so not changed
        content = self.encoded(held)
        week = model_instance.key_week
        return Ciphertext(crypto.seal(content, label=self.label, row=model_instance.pk, week=week))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if not isinstance(value, Ciphertext):
            raise FieldError(f"{self.label} is sealed: only saving its row can write it")
        return connection.Database.Binary(value.sealed)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return self.get_db_prep_value(value, connection)  # Django's own lets every expression through

    def value_from_object(self, obj: models.Model) -> Any:
        # Serializers read through here: what they would write into a file is not opened for them.
        return obj.__dict__.get(self.attname) if obj is not None else None

    def value_to_string(self, obj: models.Model) -> str:
        return "<sealed>"

    def to_python(self, value: Any) -> Any:
        raise FieldError(f"{self.label} is sealed: it cannot be loaded from a file")

    def opened(self, instance: models.Model, held: Ciphertext) -> Any:
        """What the column says. Raises CannotOpen."""
        return self.decoded(crypto.unseal(held.sealed, label=self.label, row=instance.pk))

    def encoded(self, value: Any) -> bytes:
        """The bytes that are sealed."""
        raise NotImplementedError

    def decoded(self, content: bytes) -> Any:
        """The value again."""
        raise NotImplementedError


class SealedText(SealedField):
    """Text of at most 8,190 bytes in UTF-8. An empty text is sealed like any other: absence tells nothing."""

    def encoded(self, value: str | None) -> bytes:
        return (value or "").encode()

    def decoded(self, content: bytes) -> str:
        return content.decode()


class SealedJSON(SealedField):
    """A JSON object of at most 8,190 bytes: what is read together is sealed together."""

    def encoded(self, value: dict[str, Any] | None) -> bytes:
        return json.dumps(value or {}, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()

    def decoded(self, content: bytes) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(content)
        return value
