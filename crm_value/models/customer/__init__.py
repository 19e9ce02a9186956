from . import fact  # isort: skip
from . import event  # isort: skip
from . import partner  # isort: skip
from . import partner_merge  # isort: skip
