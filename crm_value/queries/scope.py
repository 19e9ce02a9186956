"""What a purchase query is asked for: whose purchases, of which company, until when."""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL


class Window(NamedTuple):
    """Days that a valuation looks back on.

    :param date anchor: start of the week of valuation (or its very day): ages,
        silences and years end here, so that they do not change every day
    :param date start: first day of the window of revenue and margin
    """

    anchor: date
    start: date


class Basis(NamedTuple):
    """What ranks customers: margin where enough of the cost is known, else revenue.

    A full run finds out (``by_margin`` and ``margin_rate`` None, or ``by_margin``
    False where the policy asks for revenue); an incremental run keeps what the last
    full run found.
    """

    known_cost_share: float
    by_margin: bool | None = None
    margin_rate: float | None = None


class Shard(NamedTuple):
    """Customers by a range of ids: those after ``after``, up to ``last``."""

    after: int
    last: int

    def holds(self, column):
        """Condition that ``column``, a commercial partner, is one of them."""
        return SQL("(%s > %s AND %s <= %s)", column, self.after, column, self.last)


EVERYBODY = Shard(0, 2**31 - 1)
EVERY_CONTACT = SQL("res_partner")


class Scope(NamedTuple):
    """Company, days and customers that a valuation looks at.

    :param int company_id: the company that sold
    :param int root_company_id: the company whose currency rates apply
    :param int currency_id: its currency, in which every amount is returned
    :param int decimals: decimal places of that currency
    :param str timezone: name of the time zone in which days are counted
    :param date as_of: the day of valuation; later purchases are left out
    :param customer_ids: ids of commercial partners, or None for all of them
    """

    company_id: int
    root_company_id: int
    currency_id: int
    decimals: int
    timezone: str
    as_of: date
    customer_ids: tuple | None = None

    def partners(self, column):
        """Condition that ``column`` is one of the customers or of their contacts."""
        if self.customer_ids is None:
            return SQL("TRUE")
        return SQL(
            """%s IN (
                SELECT id FROM res_partner WHERE commercial_partner_id IN (%s)
            )""",
            column,
            self._ids(),
        )

    def contacts(self):
        """The customers and their contacts: ``id``, ``commercial_partner_id``."""
        if self.customer_ids is None:
            return EVERY_CONTACT
        return SQL(
            """(SELECT id, commercial_partner_id FROM res_partner
                 WHERE commercial_partner_id IN (%s))""",
            self._ids(),
        )

    def customers(self, column):
        """Condition that ``column``, a commercial partner, is one of the customers."""
        if self.customer_ids is None:
            return SQL("TRUE")
        return SQL("%s IN (%s)", column, self._ids())

    def _ids(self):
        # Not a plain array: the planner would weigh each of a thousand ids, in each of
        # a dozen places, which took longer than to read their purchases. Of a set it
        # knows the number, and joins it.
        return SQL("SELECT UNNEST(%s::int[])", list(self.customer_ids))

    def day(self, column):
        """The day of a UTC timestamp in the time zone of the valuation."""
        if self.timezone == "UTC":
            return SQL("%s::date", column)
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, self.timezone
        )

    def is_since(self, column, day):
        """Condition that a UTC timestamp is on ``day`` or later."""
        return SQL("%s >= %s", column, self._start_of(day))

    def is_past(self, column):
        """Condition that a UTC timestamp is before the end of the day of valuation."""
        return SQL("%s < %s", column, self._start_of(self.as_of + timedelta(days=1)))

    def _start_of(self, day):
        """UTC timestamp at which ``day`` begins: a constant, for the planner too."""
        return SQL(
            "(%s::date::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC')",
            day,
            self.timezone,
        )
