from odoo import api, models
from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS


class CrmCustomerFact(models.AbstractModel):
    """Something that is written once: an event, a move, a journal line.

    Whoever asks, superuser included, may neither change nor delete it through the ORM
    or the API; a correction is a new record. What the database does by itself goes on:
    foreign keys cascade, merging partners repoints them, stored fields are recomputed.
    A model whose facts become superfluous deletes those itself, in SQL, from its own
    autovacuum, which says which they are (``run_cleaning.py``).

    Give no group the right to delete facts: the uninstaller passes by a context key,
    which a client could send too.
    """

    _name = "crm.customer.fact"
    _description = "Customer fact"

    # Fields that may change afterwards, as ``handled_at`` does. Every class of the
    # model names its own; they add up.
    _fact_mutable_fields = frozenset()

    def write(self, vals):
        refused = vals.keys() - self._get_fact_mutable_fields() - set(MAGIC_COLUMNS)
        if self and refused:
            # First, as the message shows the record's name.
            self.check_access("write")
            labels = self.fields_get(refused, ["string"])
            raise UserError(
                self.env._(
                    "%(record)s (%(model)s) is written once; it is too late to change "
                    "%(fields)s. Record the correction as a new entry.",
                    record=self[:1].display_name,
                    model=self.env["ir.model"]._get(self._name).name,
                    fields=", ".join(
                        labels[name]["string"] if name in labels else name
                        for name in sorted(refused)
                    ),
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fact(self):
        raise UserError(
            self.env._(
                "%(record)s (%(model)s) is written once and cannot be deleted. Record "
                "the correction as a new entry.",
                record=self[:1].display_name,
                model=self.env["ir.model"]._get(self._name).name,
            )
        )

    @classmethod
    def _get_fact_mutable_fields(cls):
        """Names of the fields that may change, from all classes of the model."""
        return frozenset().union(
            *(vars(base).get("_fact_mutable_fields", ()) for base in cls.mro())
        )
