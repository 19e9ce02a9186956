from . import complaint_notice_portal
