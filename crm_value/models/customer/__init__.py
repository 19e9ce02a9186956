from . import fact
from . import default_name
from . import event
from . import letter
from . import partner
from . import partner_merge
from . import suggestion
from . import lead
