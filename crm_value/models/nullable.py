"""Numeric fields that can be unknown.

Odoo's numeric fields read NULL as zero. For a figure such as the probability that a
customer is active, zero is an answer and "unknown" is another one: these fields read
NULL as ``False``, which the web client shows as an empty cell and the external API
returns as ``false``. Aggregates leave unknown values out, as SQL does.
"""

from odoo import fields


class _Nullable:
    """Keep ``None``/``False`` apart from zero, in the cache and in the column."""

    falsy_value = None

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column_insert(value, record, values, validate)

    def convert_to_column(self, value, record, values=None, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if value is None or value is False:
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if value is None else value

    def convert_to_export(self, value, record):
        return "" if value is None or value is False else value


class NullableFloat(_Nullable, fields.Float):
    """A float that can be unknown."""


class NullableInteger(_Nullable, fields.Integer):
    """An integer that can be unknown."""


class NullableMonetary(_Nullable, fields.Monetary):
    """An amount of money that can be unknown."""
