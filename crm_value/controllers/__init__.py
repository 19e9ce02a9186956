from . import complaint_notice_portal
from . import customer_suggestion_portal
from . import complaint_portal
from . import complaint_filing
from . import complaint_form
