"""Whether a short answer only says thank you."""

import re

LONGEST = 120
_THANKS = re.compile(
    r"thank|thx|cheers|merci|danke|gracias|grazie|谢|謝|感謝|感谢|多谢", re.IGNORECASE
)
# Words of an answer that says more than thank you.
_MORE = re.compile(
    r"\?|？|\b(but|however|still|not|again|never|no|when|why|how|mais|pas|encore|aber|"
    r"nicht|pero)\b|n't|不|没|沒|但|还是|還是|仍|未|怎|为什么|為什麼|什么时候|何时|何時|请|請|吗|嗎",
    re.IGNORECASE,
)


def is_thanks(text):
    """Whether ``text`` thanks and says nothing else that waits for an answer.

    Errs to False: a complaint that is opened once too often costs a click, one that
    stays closed costs a customer.

    :param str text: what the customer wrote, without what he quotes

    >>> is_thanks("Thank you very much!"), is_thanks("谢谢，收到了。")
    (True, True)
    >>> is_thanks("Thanks, but the colour is still off."), is_thanks("OK")
    (False, False)
    """
    text = (text or "").strip()
    if not text or len(text) > LONGEST:
        return False
    return bool(_THANKS.search(text)) and not _MORE.search(text)
