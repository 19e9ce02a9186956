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

    def filter_function(self, records, field_expr, operator, value):
        if operator != "in":
            return super().filter_function(records, field_expr, operator, value)
        getter = self.expression_getter(field_expr)
        # As SQL does it: 0 equals False in Python only.
        is_unknown_meant = any(item is False or item is None for item in value)
        figures = [item for item in value if item is not False and item is not None]

        def matches(record):
            figure = getter(record)
            return is_unknown_meant if figure is False else figure in figures

        return matches

    def convert_to_export(self, value, record):
        return "" if value is None or value is False else value


class NullableFloat(_Nullable, fields.Float):
    """A float that can be unknown."""


class NullableInteger(_Nullable, fields.Integer):
    """An integer that can be unknown."""


class NullableMonetary(_Nullable, fields.Monetary):
    """An amount of money that can be unknown."""
