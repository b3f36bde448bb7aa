"""What was expected of a value that pydantic refused, in words for people who write no programs."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic_core import ErrorDetails

_NUMBER = "a number such as 100000 or 0.5, without commas, signs or letters"
_LINES = "lines of `key: value`"
_LIST = "a list such as [one, two]"
_DAY = "a date such as 2026-12-31"

_EXPECTED: Mapping[str, str] = {
    "bool_parsing": "yes or no",
    "bool_type": "yes or no",
    "date_from_datetime_inexact": f"{_DAY}, without a time",
    "date_from_datetime_parsing": _DAY,
    "date_parsing": _DAY,
    "date_type": _DAY,
    "decimal_max_digits": "a number of at most {max_digits} digits",
    "decimal_max_places": "a number with at most {decimal_places} decimals",
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_whole_digits": "a number with at most {whole_digits} digits before the point",
    "dict_type": _LINES,
    "enum": "{expected}",
    "finite_number": _NUMBER,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_type": "a whole number",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "list_type": _LIST,
    "literal_error": "{expected}",
    "mapping_type": _LINES,
    "model_type": _LINES,
    "string_pattern_mismatch": "text of the form {pattern}",
    "string_too_long": "at most {max_length} characters",
    "string_too_short": "some text",
    "string_type": "text, in quotes if it looks like a number or a date",
    "too_short": "at least {min_length}",
    "tuple_type": _LIST,
}


def expected(detail: ErrorDetails) -> str:
    """Complete the sentence that begins with `expected`: `a whole number`, `'up' or 'down'`."""
    words = _EXPECTED.get(detail["type"])
    if words is None:
        return detail["msg"].removeprefix("Input should be ")
    return words.format_map(detail.get("ctx", {}))
