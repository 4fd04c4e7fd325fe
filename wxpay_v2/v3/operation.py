"""The row of an API v3 call. Fields, errors and the words of the columns are those of `wxpay_v2.operation`."""

from __future__ import annotations

from wxpay_v2.operation import DIRECT, GLOBAL, INSTITUTION, ONCE, BaseOperation, ErrorCode, Field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["V3Operation"]


class V3Operation(BaseOperation):
    """One call of API v3, with the columns of `BaseOperation` and these.

    path: with ``{name}`` for each field whose place is "path". success: the HTTP statuses of success.
    request_format: "json", "query" (no body) or "multipart". response_format: "json", "none" (204), "csv" (a
    statement) or "binary". signed_response: False for downloads, whose bytes a digest vouches for.
    sensitive: dotted paths of the fields that travel encrypted (``contact.name``, ``receivers[].name``).
    in_path, in_query, in_header: names of the fields that travel there; every other one is in the body.
    """

    __slots__ = (
        "in_header", "in_path", "in_query", "sensitive", "signed_response", "success",
    )  # fmt: skip
    success: tuple[int, ...]
    signed_response: bool
    sensitive: tuple[str, ...]
    in_path: tuple[str, ...]
    in_query: tuple[str, ...]
    in_header: tuple[str, ...]

    def __init__(
        self,
        name: str,
        *,
        path: str,
        title: str,
        chinese: str = "",
        method: str = "POST",
        hosts: tuple[str, ...] = (),
        regions: tuple[str, ...] = (GLOBAL,),
        modes: tuple[str, ...] = (DIRECT, INSTITUTION),
        success: tuple[int, ...] = (200,),
        request_format: str = "json",
        response_format: str = "json",
        signed_response: bool = True,
        repeat: str = ONCE,
        moves_money: bool = True,
        numbers: tuple[str, ...] = (),
        query: str = "",
        query_after: float = 0.0,
        reverse_after: float | None = None,
        read_timeout: float | None = None,
        request: tuple[Field, ...] = (),
        response: tuple[Field, ...] = (),
        errors: tuple[ErrorCode, ...] = (),
        limits: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
        sources: tuple[str, ...] = (),
        confidence: str = "documented",
        errors_confidence: str = "documented",
        limits_confidence: str = "documented",
    ) -> None:
        self._fill(
            name=name, path=path, title=title, chinese=chinese, method=method, hosts=hosts, regions=regions,
            modes=modes, success=success, request_format=request_format, response_format=response_format,
            signed_response=signed_response, repeat=repeat, moves_money=moves_money, numbers=numbers, query=query,
            query_after=query_after, reverse_after=reverse_after, read_timeout=read_timeout, request=request,
            response=response, errors=errors, limits=limits, notes=notes, sources=sources, confidence=confidence,
            errors_confidence=errors_confidence, limits_confidence=limits_confidence,
            sensitive=tuple(_encrypted(request)),
            in_path=tuple(row.name for row in request if row.place == "path"),
            in_query=tuple(row.name for row in request if row.place == "query"),
            in_header=tuple(row.name for row in request if row.place == "header"),
            _error_by_code={row.code: row for row in errors}, _field_by_name={row.name: row for row in request},
        )  # fmt: skip

    def varied(self, name: str, **columns: Any) -> V3Operation:
        """Return another operation that differs from this one by its *name* and *columns*."""
        computed = ("_error_by_code", "_field_by_name", "in_header", "in_path", "in_query", "sensitive")
        kept = {column: getattr(self, column) for column in self.columns() if column not in computed}
        return V3Operation(**{**kept, **columns, "name": name})


def _encrypted(rows: tuple[Field, ...], before: str = "") -> list[str]:
    found = []
    for row in rows:
        place = before + row.name
        if row.encrypted:
            found.append(place)
        found += _encrypted(row.fields, f"{place}[]." if row.kind == "list" else f"{place}.")
    return found
