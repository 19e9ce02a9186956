from odoo import fields, models

HEARD_FROM = [
    ("customer", "A customer of ours"),
    ("acquaintance", "Friends, family or colleagues"),
    ("salesperson", "One of our people"),
    ("search", "Internet search"),
    ("social", "Social media"),
    ("advertisement", "Advertisement"),
    ("event", "Fair or event"),
    ("other", "Something else"),
]


class CrmLead(models.Model):
    _inherit = "crm.lead"

    heard_from = fields.Selection(
        HEARD_FROM,
        string="Who told you",
        help="What the enquirer answers when asked how he heard of us.",
    )
    told_by_id = fields.Many2one(
        "res.partner",
        string="Recommended by",
        index="btree_not_null",
        ondelete="set null",
        help="The customer who recommended us, where he is named.",
    )
