from . import delivery
from . import till
