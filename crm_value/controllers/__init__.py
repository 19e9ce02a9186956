from . import complaint_notice_portal
from . import customer_suggestion_portal
