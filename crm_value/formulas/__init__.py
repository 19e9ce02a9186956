"""Numbers in, numbers out: the standard library only, nothing of Odoo.

Every function states units and source and refuses impossible input with a ValueError
that names the figure; none returns NaN.
"""
