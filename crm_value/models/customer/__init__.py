from . import fact
from . import event
from . import partner
from . import partner_merge
