"""Data files are well-formed and follow Odoo's schema.

Run as ``python -m dev.checks.xml``, with ``ODOO_SOURCE`` set. Views inside them are
checked by Odoo when the add-on is installed; here it is what installing passes over
in silence: a tag that Odoo's loader does not know is skipped without a word.
"""

import os
import sys
from pathlib import Path

from lxml import etree

ADDON = Path(__file__).resolve().parents[2] / "crm_value"
# The schema still allows <act_window> and <report>, which the loader skips.
LOADED = {"record", "delete", "function", "menuitem", "template", "asset", "data"}


def faults_of(path, schema):
    """Lines ``line: what is wrong`` of one file."""
    try:
        tree = etree.parse(path)
    except etree.XMLSyntaxError as error:
        return [f"{error.lineno}: {error.msg}"]
    root = tree.getroot()
    if root.tag != "odoo":
        # Owl templates and pictures have no schema.
        return []
    faults = [
        f"{element.sourceline}: Odoo skips <{element.tag}> in silence"
        for element in root.xpath("/odoo/* | /odoo/data/*")
        if element.tag not in LOADED
    ]
    if not schema.validate(tree):
        faults += [f"{error.line}: {error.message}" for error in schema.error_log]
    return faults


def main():
    source = Path(os.environ["ODOO_SOURCE"])
    schema = etree.RelaxNG(etree.parse(source / "odoo" / "import_xml.rng"))
    faults = [
        f"{path}:{fault}"
        for path in sorted(ADDON.rglob("*.xml"))
        for fault in faults_of(path, schema)
    ]
    print(*faults, sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
