"""A database in the hands of an administrator: filled, updated, looked into.

Everything happens in processes of their own, by the scripts of ``dev/``.
"""

import functools
import os
import re
import shlex
import subprocess
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAULT = re.compile(r" (WARNING|ERROR|CRITICAL) ")

# Customers with purchases, tiers, what a manager set by hand.
FILL_VALUE = """
from datetime import date
partners = env["res.partner"].create(
    [{"name": f"Customer {n}", "is_company": True} for n in range(12)]
)
env["crm.value.purchase"].create([
    {
        "reference": f"R-{n}-{turn}", "partner_id": partner.id,
        "date": date(2025, 1 + turn, 5),
        "amount": 5000 / (n + 1), "margin": 1000 / (n + 1),
    }
    for n, partner in enumerate(partners) for turn in range(5)
])
product = env["product.product"].create({"name": "Flyer", "type": "consu"})
order = env["sale.order"].create({
    "partner_id": partners[0].id,
    "order_line": [(0, 0, {"product_id": product.id, "price_unit": 100.0})],
})
order.action_confirm()
env["crm.value.run"].start(env.company.id, as_of="2025-06-30")
profile = env["crm.value.profile"].search([], limit=1)
profile.override_tier(env["crm.value.policy"].search([]).tier_ids[1].id, "Contract")
tier = env["crm.value.policy"].search([]).tier_ids[0]
tier.write({"entry": 45, "name": "Diamond"})
tier.message_post(body="Better known as diamond")
env["ir.attachment"].create({
    "name": "scale.txt", "res_model": "crm.value.tier", "res_id": tier.id, "raw": b"x",
})
"""

# A complaint with all that hangs on it, and a mail that was taken in. Needs the above.
FILL_COMPLAINTS = """
complaints = env["crm.complaint"]
complaint = complaints.browse(complaints.submit({
    "description": "Torn", "partner_id": partners[0].id, "channel": "phone",
    "order_id": order.id,
}))
complaint.message_post(
    body="We look into it", message_type="comment", subtype_xmlid="mail.mt_comment",
    attachments=[("torn.txt", b"x")],
)
complaint.activity_schedule("mail.mail_activity_data_todo", summary="Call back")
cause = env["crm.complaint.cause"].search([], limit=1)
complaint.cause_id = cause
complaint.decide("upheld", "You are right")
remedy = env["crm.complaint.remedy"].create(
    {"complaint_id": complaint.id, "kind": "apology", "note": "On the phone"}
)
remedy.action_give()
env["crm.complaint.improvement"].create(
    {"name": "Pack better", "cause_id": cause.id, "complaint_ids": [(4, complaint.id)]}
)
env["crm.customer.suggestion"].create(
    {"partner_id": partners[1].id, "text": "Open on Sunday", "source": "phone"}
)
env["crm.complaint.notice"].create({
    "order_id": order.id, "kind": "material", "description": "Paper is late",
    "option_ids": [(0, 0, {"name": "Wait"})],
}).tell("phone")
domain = env["mail.alias.domain"].create(
    {"name": "example.com", "bounce_alias": "bounce", "catchall_alias": "catchall"}
)
env.company.alias_domain_id = domain
complaint.team_id.write({"alias_name": "care", "alias_domain_id": domain.id})
mail = b"From: a@example.org\\r\\nTo: care@example.com\\r\\nMessage-Id: <1@example.org>"
env["mail.thread"].message_process(
    False, mail + b"\\r\\nSubject: Late\\r\\n\\r\\nWhere are my boxes?\\r\\n"
)
"""


def run(*command, stdin="", **variables):
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **variables},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def odoo(*arguments, stdin=""):
    """Run Odoo and give its log; whatever it warns of fails the test."""
    answer = run("dev/odoo", *arguments, stdin=stdin)
    faults = [line for line in answer.stderr.splitlines() if FAULT.search(line)]
    assert answer.returncode == 0, answer.stderr[-3000:]
    assert not faults, "\n".join(faults)
    return answer


def fill(database, *codes, options=()):
    """Run code in an Odoo shell and commit."""
    code = "\n".join([*codes, "env.cr.commit()\n"])
    odoo(
        *("shell", "-d", database, "--no-http", "--log-level=warn"),
        *options,
        stdin=code,
    )


@contextmanager
def fresh_database(name, *options):
    """A database of ``dev/newdb``, dropped afterwards."""
    made = run("dev/newdb", name, *options)
    assert made.returncode == 0, made.stderr
    yield name
    libraries = ". dev/lib/environment.sh; . dev/lib/database.sh"
    run("bash", "-c", f"{libraries}; provision; drop_database {name}")


@functools.cache
def connection():
    """Where the database server is, as ``dev/env`` prints it."""
    words = (shlex.split(line) for line in run("dev/env").stdout.splitlines())
    return dict(pair[1].split("=", 1) for pair in words)


def sql(query, database):
    answer = run("psql", "-d", database, "-qtAX", stdin=query, **connection())
    assert answer.returncode == 0, answer.stderr
    assert not answer.stderr.strip(), answer.stderr
    return answer.stdout.splitlines()
