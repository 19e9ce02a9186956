from . import customer  # isort: skip
from . import value  # isort: skip
from . import complaint  # isort: skip
from . import bridge  # isort: skip
