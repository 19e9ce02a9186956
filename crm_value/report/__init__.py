from . import complaint_letter
from . import complaint_register
