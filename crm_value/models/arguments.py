"""Arguments of public methods: whoever calls over the API may send any JSON.

What is not checked here ends as a fault of the server instead of a message that names
the argument.
"""

from odoo.exceptions import UserError
from odoo.tools.i18n import format_list

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


def check_choice(env, name, value, possible):
    """Refuse whatever is none of the keys in ``possible``.

    :param str name: the argument
    :param possible: keys, or a dict of them
    """
    if not isinstance(value, str) or value not in possible:
        raise UserError(
            env._(
                "%(name)s is %(value)s: give one of %(possible)s.",
                name=name,
                value=value,
                possible=", ".join(possible),
            )
        )


def check_record(env, model, name, value):
    """The id that ``value`` is, if it is one of a record that the caller may read."""
    record = env[model]
    if is_id(value):
        record = record.browse(value).exists()
    if not record or not record.has_access("read"):
        raise UserError(
            env._(
                "%(name)s is %(value)s: give the id of a record that exists and "
                "that you may read (%(model)s).",
                name=name,
                value=value,
                model=model,
            )
        )
    return record.id


def name_fields(records, names):
    """Labels of these fields as a person lists them, for a message."""
    labels = records.fields_get(names, ["string"])
    return format_list(records.env, sorted(labels[name]["string"] for name in labels))
