from odoo import api, fields, models, tools
from odoo.tools.translate import LazyTranslate

from ...formulas.promises import KINDS, Promise

_lt = LazyTranslate(__name__)

SEVERITIES = [
    ("0", "Minor"),
    ("1", "Medium"),
    ("2", "Serious"),
    ("3", "Safety"),
]
# Working hours by kind of promise that every company starts with.
DEFAULT_SLAS = (
    (_lt("Everybody"), {}, (4, 8, 24, 80)),
    (_lt("Gold"), {"tier": 1}, (2, 6, 16, 56)),
    (_lt("Platinum"), {"tier": 0}, (1, 4, 16, 40)),
    (_lt("Serious"), {"severity": "2"}, (1, 3, 8, 32)),
    (_lt("Safety"), {"severity": "3"}, (0.5, 1, 4, 16)),
)
HOURS = tuple(f"{kind}_hours" for kind in KINDS)


class CrmComplaintSla(models.Model):
    """What is promised to whom, in working hours."""

    _name = "crm.complaint.sla"
    _description = "Complaint SLA policy"
    _inherit = ["mail.thread", "crm.complaint.rule"]
    _order = "company_id, sequence, id"
    _check_company_auto = True
    _deciding_fields = frozenset(
        {
            "active",
            "sequence",
            "severity",
            "tier_ids",
            "category_ids",
            *HOURS,
        }
    )

    sequence = fields.Integer(
        tracking=True,
        help="The lowest that fits a complaint holds; of equals, the most specific.",
    )
    severity = fields.Selection(SEVERITIES, tracking=True, help="Empty: any.")
    tier_ids = fields.Many2many(
        "crm.value.tier",
        "crm_complaint_sla_tier_rel",
        string="Value tiers",
        domain="[('company_id', '=', company_id)]",
        check_company=True,
        help="Empty: customers of any tier and those without one. The customer's "
        "present tier counts.",
    )
    category_ids = fields.Many2many(
        "crm.complaint.category",
        "crm_complaint_sla_category_rel",
        string="Categories",
        help="Empty: any.",
    )
    acknowledge_hours = fields.Float(
        string="Acknowledge within",
        tracking=True,
        help="Working hours until the customer knows that we know. 0: not promised.",
    )
    answer_hours = fields.Float(
        string="First answer within",
        tracking=True,
        help="Working hours until a person answers. 0: not promised.",
    )
    update_hours = fields.Float(
        string="Next update within",
        tracking=True,
        help="Working hours between one message to the customer and the next, until "
        "the decision. 0: not promised.",
    )
    resolve_hours = fields.Float(
        string="Decision within",
        tracking=True,
        help="Working hours until the decision is communicated. 0: not promised.",
    )

    _hours_positive = models.Constraint(
        "CHECK(acknowledge_hours >= 0 AND answer_hours >= 0 AND update_hours >= 0 "
        "AND resolve_hours >= 0)",
        "A promise takes 0 or more working hours; 0 promises nothing.",
    )
    _hours_bounded = models.Constraint(
        "CHECK(GREATEST(acknowledge_hours, answer_hours, update_hours, resolve_hours) "
        "<= 10000)",
        "A promise of more than 10,000 working hours cannot be planned.",
    )

    @api.model
    @tools.ormcache("company_id")
    def _get_promises(self, company_id):
        """The promises of a company, read at every complaint.

        :rtype: list[Promise]
        """
        # Whoever complains, or counts as a complainer's colleague, need not read them.
        slas_sudo = self.sudo().search([("company_id", "=", company_id)])
        return [
            Promise(
                id=sla_sudo.id,
                sequence=sla_sudo.sequence,
                severity=sla_sudo.severity or None,
                tiers=frozenset(sla_sudo.tier_ids.ids),
                categories=frozenset(sla_sudo.category_ids.ids),
                minutes={kind: sla_sudo[f"{kind}_hours"] * 60 for kind in KINDS},
            )
            for sla_sudo in slas_sudo
        ]

    @api.model
    def _create_defaults(self, companies):
        """Promises for companies that have none, from their tiers."""
        vals_list = []
        for company in companies:
            policy = self.env["crm.value.policy"].search(
                [("company_id", "=", company.id)], limit=1
            )
            tiers = policy.tier_ids
            for name, limits, hours in DEFAULT_SLAS:
                place = limits.get("tier")
                if place is not None and place >= len(tiers) - 1:
                    continue
                vals_list.append(
                    {
                        "name": name._source,
                        "company_id": company.id,
                        "severity": limits.get("severity"),
                        "tier_ids": tiers[place].ids if place is not None else False,
                        **dict(zip(HOURS, hours, strict=True)),
                    }
                )
        self.create(vals_list)
        self._translate_defaults()

    @api.model
    def _get_default_names(self):
        return [name for name, _limits, _hours in DEFAULT_SLAS]
