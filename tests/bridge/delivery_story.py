"""A delivery slip with its code, told in an Odoo shell with the inventory app."""

import json
import re

REPORT = "stock.report_deliveryslip"


def main(env):
    env = env(context={"tracking_disable": True})
    customer = env["res.partner"].create({"name": "Lotus Prints"})
    product = env["product.product"].create({"name": "Flyer", "is_storable": True})
    order = env["sale.order"].create(
        {
            "partner_id": customer.id,
            "order_line": [(0, 0, {"product_id": product.id})],
        }
    )
    order.action_confirm()
    picking = order.picking_ids
    team = env["crm.complaint.team"]._of_company(env.company)
    before = _print(env, picking)
    team.is_code_on_documents = True
    page = _print(env, picking)
    token = re.search(r"/complaint/([\w-]+)", page).group(1)
    found = team._from_form_token(token)
    complaint = env["crm.complaint"]._submit_from_form(
        *found, {"description": "A box is missing", "phone": "12345678"}
    )
    receipt = picking.copy(
        {"picking_type_id": picking.picking_type_id.warehouse_id.in_type_id.id}
    )
    print(
        json.dumps(
            {
                "before": "Tell us" in before,
                "reference": complaint.delivery_reference == picking.name,
                "order": complaint.order_id == order,
                "customer": complaint.partner_id == customer,
                "receipt": team._get_code_url(REPORT, receipt),
            }
        )
    )


def _print(env, picking):
    html, _type = env["ir.actions.report"]._render_qweb_html(REPORT, picking.ids)
    return html.decode()
