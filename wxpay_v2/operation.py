"""The catalogue's vocabulary: Operation, Field, ErrorCode, and the words their columns use.

Rows are plain immutable objects (no dataclasses: they would cost the import more than the codec itself).
Every reader (validation, client, simulator, docs, the tests' examples) reads the same row.
"""

from __future__ import annotations

from wxpay_v2.requirement import ABSENT, ALWAYS, NEVER, Required, Row, in_modes, one_of, stated, when
from wxpay_v2.secret import SENSITIVE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

__all__ = [
    "ABSENT",
    "ALWAYS",
    "AMOUNT",
    "BOOL",
    "DATE",
    "DECIDED",
    "DIRECT",
    "ENUM",
    "FILE",
    "GLOBAL",
    "HMAC_SHA256",
    "HOSTS",
    "INSTITUTION",
    "INT",
    "JSON",
    "LIST",
    "MAINLAND",
    "MD5",
    "NEVER",
    "NOT_DONE",
    "OBJECT",
    "ONCE",
    "READ",
    "SAME_NUMBER",
    "SERVICE_PROVIDER",
    "TEXT",
    "TIME",
    "UNKNOWN",
    "BaseOperation",
    "ErrorCode",
    "Field",
    "Notification",
    "Operation",
    "Required",
    "in_modes",
    "one_of",
    "stated",
    "when",
]  # fmt: skip

# Kinds of value. Every one travels as text; the kind says how it is checked and what Result.typed makes of it.
TEXT, ENUM, INT, AMOUNT, BOOL, TIME, DATE, JSON, LIST, OBJECT, FILE = (
    "text", "enum", "int", "amount", "bool", "time", "date", "json", "list", "object", "file",
)  # fmt: skip

MD5, HMAC_SHA256 = "MD5", "HMAC-SHA256"
GLOBAL, MAINLAND = "global", "mainland"
DIRECT, INSTITUTION, SERVICE_PROVIDER = "direct", "institution", "service_provider"

# What may be repeated (threats: section 6): reads; the same number with the same bytes; never once it may have left.
READ, SAME_NUMBER, ONCE = "read", "same_number", "once"

# What an error code says about the money: nothing was done; nobody knows; the order is in the state the code names.
NOT_DONE, UNKNOWN, DECIDED = "not done", "unknown", "decided"

HOSTS = {
    GLOBAL: ("https://apihk.mch.weixin.qq.com",),
    MAINLAND: ("https://api.mch.weixin.qq.com", "https://api2.mch.weixin.qq.com"),
}


class Field(Row):
    """One field of a message.

    name: as on the wire; ``$n`` and ``$m`` stand for indices from 0. max, min: characters for text, value for
    numbers. pattern: a regular expression the whole value matches. unit, format: of the value. means: in a few
    words. when: in which replies it comes. doubt: what is not sure about this row, in words; "" when documented.
    sensitive: masked wherever it is shown, by its name in `wxpay_v2.secret`. rule: the rule of access its value is
    held to, a name in `wxpay_v2.access`. item: kind of a LIST's items that are no objects. place: "query" for a field
    of an XML request that travels in the URL. encrypted: how the value must have been encrypted before it is sent, as
    in `wxpay_v2.v2.cipher`, or, in API v3, how it is encrypted on the way; "" for plain text.
    """

    __slots__ = (
        "cdata", "default", "doubt", "encrypted", "fields", "format", "item", "kind", "max", "means", "min", "modes",
        "name", "pattern", "place", "regions", "required", "rule", "sensitive", "unit", "values", "when",
    )  # fmt: skip
    name: str
    kind: str
    max: int | None
    min: int | None
    required: Required
    values: tuple[str, ...]
    pattern: str
    unit: str
    format: str
    default: str
    means: str
    modes: tuple[str, ...]
    regions: tuple[str, ...]
    when: str
    cdata: bool
    sensitive: bool
    fields: tuple[Field, ...]
    doubt: str
    rule: str
    item: str
    place: str
    encrypted: str

    def __init__(
        self,
        name: str,
        kind: str = TEXT,
        *,
        max: int | None = None,
        min: int | None = None,
        required: Required = NEVER,
        values: tuple[str, ...] = (),
        pattern: str = "",
        unit: str = "",
        format: str = "",
        default: str = "",
        means: str = "",
        modes: tuple[str, ...] = (),
        regions: tuple[str, ...] = (),
        when: str = "",
        cdata: bool = False,
        fields: tuple[Field, ...] = (),
        doubt: str = "",
        rule: str = "",
        item: str = "",
        place: str = "",
        encrypted: str = "",
    ) -> None:
        self._fill(
            name=name, kind=kind, max=max, min=min, required=required, values=values, pattern=pattern, unit=unit,
            format=format, default=default, means=means, modes=modes, regions=regions, when=when, cdata=cdata,
            sensitive=name.partition("_$")[0] in SENSITIVE, fields=fields, doubt=doubt, rule=rule, item=item,
            place=place, encrypted=encrypted,
        )  # fmt: skip

    @property
    def indexed(self) -> bool:
        """True for a family of fields such as ``coupon_fee_$n``."""
        return "$" in self.name


class ErrorCode(Row):
    """An error the gateway names. outcome: NOT_DONE, UNKNOWN or DECIDED. repeat: the same call may be sent again.

    status: the HTTP status of API v3 it comes with, 0 in API v2. doubt: what is not sure about this row, in words.
    """

    __slots__ = ("code", "doubt", "means", "number", "outcome", "remedy", "repeat", "status")
    code: str
    means: str
    remedy: str
    repeat: bool
    outcome: str
    number: str
    status: int
    doubt: str

    def __init__(
        self, code: str, *, means: str = "", remedy: str = "", repeat: bool = False, outcome: str = NOT_DONE,
        number: str = "", status: int = 0, doubt: str = "",
    ) -> None:  # fmt: skip
        self._fill(
            code=code, means=means, remedy=remedy, repeat=repeat, outcome=outcome, number=number, status=status,
            doubt=doubt,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"<ErrorCode {self.code}>"


class BaseOperation(Row):
    """What a call of either API version has: how it is reached, repeated and resolved, and what it carries.

    method: "POST", or another. hosts: where it is served, () for its region's. repeat: READ, SAME_NUMBER or ONCE.
    moves_money: an unsigned refusal cannot be believed. numbers: the merchant's numbers that name this call's object.
    query: the operation that resolves an unknown outcome; query_after, reverse_after: seconds. read_timeout: seconds,
    None for the session's default.
    confidence, errors_confidence, limits_confidence: "documented", "secondary" or "recollection"; "none" where no list
    of errors is known.
    """

    __slots__ = (
        "_error_by_code", "_field_by_name", "chinese", "confidence", "errors", "errors_confidence", "hosts", "limits",
        "limits_confidence", "method", "modes", "moves_money", "name", "notes", "numbers", "path", "query",
        "query_after", "read_timeout", "regions", "repeat", "request", "request_format", "response", "response_format",
        "reverse_after", "sources", "title",
    )  # fmt: skip
    name: str
    title: str
    chinese: str
    path: str
    method: str
    hosts: tuple[str, ...]
    regions: tuple[str, ...]
    modes: tuple[str, ...]
    repeat: str
    moves_money: bool
    numbers: tuple[str, ...]
    query: str
    query_after: float
    reverse_after: float | None
    read_timeout: float | None
    request_format: str
    response_format: str
    request: tuple[Field, ...]
    response: tuple[Field, ...]
    errors: tuple[ErrorCode, ...]
    limits: tuple[str, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str
    errors_confidence: str
    limits_confidence: str
    _error_by_code: dict[str, ErrorCode]
    _field_by_name: dict[str, Field]

    def error(self, code: str) -> ErrorCode | None:
        """Return the row for *code*, or None for a code the catalogue has not heard of."""
        return self._error_by_code.get(code)

    def field(self, name: str) -> Field | None:
        """Return the request field *name*, or None."""
        return self._field_by_name.get(name)


class Operation(BaseOperation):
    """One call of API v2, with the columns of `BaseOperation` and these.

    method: "POST", or "GET" with the fields in the query. request_format: "xml", "query" or "multipart".
    ids: merchant attribute -> wire name (``{"mch_id": "mchid"}`` where it differs from the attribute's own name).
    nonce, sign_type_field: whether the request carries nonce_str and sign_type. signed_response: the reply is signed.
    sign_name: the wire name of the signature, "" where the request carries none.
    response_format: "xml"; "csv" when success is a statement and only failure is XML; "json"; "page" when the address
    is opened by the payer's browser and not called (see `Client.link`).
    nested: the fields of a reply that may hold elements, which no other message may (threats: section 3); with ``[]``
    behind it there may be several of the name.
    second_sign: the fields that WeCom's own signature covers, in order; () where there is none.
    sandbox: served and signed with the sandbox key only.
    result_code: the reply has one; False where return_code is the whole outcome.
    certificate: needs the merchant's client certificate. proof: response fields without which a success proves
    nothing. in_query: fields of an XML request that travel in the URL. supplied: required fields that can have one
    value only, which is sent unless the caller gives it.
    """

    __slots__ = (
        "certificate", "ids", "in_query", "nested", "nonce", "proof", "result_code", "sandbox", "second_sign",
        "sign_name", "sign_type_field", "sign_types", "signed_response", "supplied",
    )  # fmt: skip
    sign_types: tuple[str, ...]
    certificate: bool
    nonce: bool
    sign_name: str
    sign_type_field: bool
    second_sign: tuple[str, ...]
    sandbox: bool
    signed_response: bool
    result_code: bool
    nested: tuple[str, ...]
    ids: Mapping[str, str]
    proof: tuple[str, ...]
    supplied: dict[str, str]
    in_query: tuple[str, ...]

    def __init__(
        self,
        name: str,
        *,
        path: str,
        title: str,
        chinese: str = "",
        method: str = "POST",
        hosts: tuple[str, ...] = (),
        regions: tuple[str, ...] = (GLOBAL, MAINLAND),
        modes: tuple[str, ...] = (DIRECT, INSTITUTION, SERVICE_PROVIDER),
        sign_types: tuple[str, ...] = (MD5, HMAC_SHA256),
        certificate: bool = False,
        nonce: bool = True,
        sign_name: str = "sign",
        sign_type_field: bool = True,
        second_sign: tuple[str, ...] = (),
        sandbox: bool = False,
        request_format: str = "xml",
        signed_response: bool = True,
        response_format: str = "xml",
        result_code: bool = True,
        nested: tuple[str, ...] = (),
        ids: Mapping[str, str] | None = None,
        repeat: str = ONCE,
        moves_money: bool = True,
        numbers: tuple[str, ...] = (),
        query: str = "",
        query_after: float = 0.0,
        reverse_after: float | None = None,
        proof: tuple[str, ...] = (),
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
            modes=modes, sign_types=sign_types, certificate=certificate, nonce=nonce, sign_name=sign_name,
            sign_type_field=sign_type_field, second_sign=second_sign, sandbox=sandbox, request_format=request_format,
            signed_response=signed_response, response_format=response_format, result_code=result_code,
            nested=nested,
            ids=ids or {"appid": "appid", "mch_id": "mch_id", "sub_appid": "sub_appid", "sub_mch_id": "sub_mch_id"},
            repeat=repeat, moves_money=moves_money, numbers=numbers, query=query, query_after=query_after,
            reverse_after=reverse_after, proof=proof, read_timeout=read_timeout, request=request, response=response,
            errors=errors, limits=limits, notes=notes, sources=sources, confidence=confidence,
            errors_confidence=errors_confidence, limits_confidence=limits_confidence,
            _error_by_code={row.code: row for row in errors}, _field_by_name={row.name: row for row in request},
            in_query=tuple(row.name for row in request if row.place == "query"),
            supplied={
                row.name: row.values[0]
                for row in request
                if row.required is ALWAYS and len(row.values) == 1 and row.name != "sign_type"
            },
        )  # fmt: skip

    def varied(self, name: str, **columns: Any) -> Operation:
        """Return another operation that differs from this one by its *name* and *columns*."""
        computed = ("_error_by_code", "_field_by_name", "in_query", "supplied")
        kept = {column: getattr(self, column) for column in self.columns() if column not in computed}
        return Operation(**{**kept, **columns, "name": name})


class Notification(Row):
    """A message the gateway sends to the merchant.

    kind: "payment", "refund", ... signed: carries a sign; False where trust comes from decrypting `encrypted`.
    fields: of the outer message; decrypted: of the encrypted part. retry: seconds between the gateway's attempts.
    sign_types: algorithms it may be signed with; () for the merchant's. marks: names of fields that together tell this
    kind from the others at one address. key: the names of the fields that tell one event from another.
    """

    __slots__ = (
        "confidence", "decrypted", "encrypted", "fields", "key", "kind", "marks", "name", "notes", "proof", "regions",
        "retry", "sign_types", "signed", "sources", "title",
    )  # fmt: skip
    name: str
    kind: str
    title: str
    regions: tuple[str, ...]
    signed: bool
    sign_types: tuple[str, ...]
    marks: tuple[str, ...]
    key: tuple[str, ...]
    encrypted: str
    fields: tuple[Field, ...]
    decrypted: tuple[Field, ...]
    proof: tuple[str, ...]
    retry: tuple[int, ...]
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    confidence: str

    def __init__(
        self,
        kind: str,
        *,
        title: str,
        regions: tuple[str, ...] = (GLOBAL, MAINLAND),
        signed: bool = True,
        sign_types: tuple[str, ...] = (),
        marks: tuple[str, ...] = (),
        key: tuple[str, ...] = (),
        encrypted: str = "",
        fields: tuple[Field, ...] = (),
        decrypted: tuple[Field, ...] = (),
        proof: tuple[str, ...] = (),
        retry: tuple[int, ...] = (),
        notes: tuple[str, ...] = (),
        sources: tuple[str, ...] = (),
        confidence: str = "documented",
    ) -> None:
        self._fill(
            name=kind, kind=kind, title=title, regions=regions, signed=signed, sign_types=sign_types, marks=marks,
            key=key, encrypted=encrypted, fields=fields, decrypted=decrypted, proof=proof, retry=retry,
            notes=notes, sources=sources, confidence=confidence,
        )  # fmt: skip
