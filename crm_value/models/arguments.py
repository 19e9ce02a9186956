"""Arguments of public methods: whoever calls over the API may send any JSON.

What is not checked here ends as a fault of the server instead of a message that names
the argument.
"""

from odoo.exceptions import UserError

LARGEST_ID = 2**31 - 1


def is_id(value):
    """Whether ``value`` may be the id of a record; ``True`` is none."""
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 < value <= LARGEST_ID
    )


def check_ids(records):
    """Refuse records that were called by something else than ids."""
    wrong = [id_ for id_ in records._ids if not is_id(id_)]
    if wrong:
        raise UserError(
            records.env._(
                "ids holds %(value)s: give a list of ids of records.", value=wrong[0]
            )
        )


def check_one(records):
    """Refuse all but a single record that the user may read.

    What ``ensure_one`` is for code; an action that only opens a view asks for no right
    by itself.
    """
    check_ids(records)
    if len(records) != 1:
        raise UserError(
            records.env._(
                "ids names %(count)s records: give exactly one.", count=len(records)
            )
        )
    records.check_access("read")
