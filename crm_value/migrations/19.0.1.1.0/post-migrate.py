"""Teams, promises and numbers for complaints, in companies that were there before.

Their data file is not updated once it is installed, and so not run by an update.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["crm.complaint.team"]._create_main_team()
    env["res.company"]._create_complaint_setup_everywhere()
