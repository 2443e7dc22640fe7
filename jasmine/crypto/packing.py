"""Several byte strings as one, so that no two lists give the same bytes."""


def packed(*parts: bytes | str | int) -> bytes:
    """Each part behind its length (4 bytes, big-endian); text as UTF-8, a number as 8 bytes, signed."""
    return b"".join(len(raw).to_bytes(4, "big") + raw for raw in map(_raw, parts))


def _raw(part: bytes | str | int) -> bytes:
    if isinstance(part, bytes):
        return part
    if isinstance(part, int):
        return part.to_bytes(8, "big", signed=True)
    return part.encode()
