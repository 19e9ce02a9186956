"""What browsers post, made fit for the models: anybody may send anything."""

from odoo.http import request

# Form field -> whether it holds the id of a record.
FIELDS = {
    "kind": False,
    "description": False,
    "category_id": True,
    "wish": False,
    "partner_name": False,
    "email_from": False,
    "phone": False,
}
# A field that people do not see; whoever fills it in is a program.
HONEYPOT = "contact_reason"


def posted_values(post, names):
    """Texts and ids of the form's fields that were filled in.

    :param dict post: as the route got it
    :param names: the fields of this form, of FIELDS
    """
    values = {}
    for name in names:
        value = post.get(name)
        if isinstance(value, str):
            value = value.strip()
        if value:
            values[name] = as_id(value) if FIELDS[name] else value
    return values


def as_id(value):
    """An id, or what was sent instead: the model refuses that by name."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit()
    return int(value) if is_number and len(value) < 11 else value


def posted_files():
    """Pairs of name and content of the files that were chosen."""
    return [
        (file.filename, file.read())
        for file in request.httprequest.files.getlist("files")
        if file.filename
    ]


def posted_text(value):
    """A text from the address line or a form: what is none is empty."""
    return value.strip() if isinstance(value, str) and "\0" not in value else ""


def posted_token(value):
    """An access token; core compares texts of ASCII only."""
    return value if isinstance(value, str) and value.isascii() else ""
