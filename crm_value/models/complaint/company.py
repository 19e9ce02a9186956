from odoo import api, models, tools

SET_UP = ("crm.complaint.team", "crm.complaint.sla", "crm.complaint.escalation")


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_complaint_setup()
        return companies

    def _create_complaint_setup(self):
        """A team, promises, an escalation ladder and numbers for complaints."""
        # A company is created by administrators who need not be value managers.
        for model in SET_UP:
            model_sudo = self.env[model].sudo().with_context(active_test=False)
            have = model_sudo.search([("company_id", "in", self.ids)]).company_id
            model_sudo._create_defaults(self - have)
        sequences_sudo = self.env["ir.sequence"].sudo()
        have = sequences_sudo.search(
            [("code", "=", "crm.complaint"), ("company_id", "in", self.ids)]
        ).company_id
        sequences_sudo.create(
            [
                {
                    "name": self.env._("Complaints of %s", company.name),
                    "code": "crm.complaint",
                    "company_id": company.id,
                    "prefix": "C%(year)s-",
                    "padding": 5,
                }
                for company in self - have
            ]
        )

    @tools.ormcache("self.id")
    def _get_complaint_sequence_id(self):
        """The sequence that numbers this company's complaints."""
        # Every company has one from its creation on; nobody needs to see it.
        sequence_sudo = self.env["ir.sequence"].sudo()
        return sequence_sudo.search(
            [("code", "=", "crm.complaint"), ("company_id", "=", self.id)], limit=1
        ).id

    @api.model
    def _create_complaint_setup_everywhere(self):
        self.search([])._create_complaint_setup()

    def _drop_values(self):
        # The register keeps complaints as long as their company.
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM crm_complaint WHERE company_id = ANY(%s)", [self.ids]
        )
        self.env.invalidate_all()
        # Whoever deletes a company need not see its complaint teams.
        teams_sudo = self.env["crm.complaint.team"].sudo()
        teams_sudo = teams_sudo.with_context(active_test=False)
        teams_sudo.search([("company_id", "in", self.ids)]).unlink()
        return super()._drop_values()
