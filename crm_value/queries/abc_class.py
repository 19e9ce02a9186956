from odoo.tools import SQL


def abc_class(a_share, b_share):
    """Class of a customer by the share of profit that lies above him (``share_above``).

    :param float a_share: class A brings the first so large a share, 0-1
    :param float b_share: class B the next, up to this share, 0-1
    """
    return SQL(
        """CASE WHEN share_above < %s THEN 'a' WHEN share_above < %s THEN 'b'
                WHEN share_above IS NOT NULL THEN 'c' END""",
        a_share,
        b_share,
    )
