from . import complaint_decision_wizard
from . import complaint_submit_wizard
from . import complaint_register_wizard
from . import value_override_wizard
from . import value_threshold_wizard
from . import value_trial_wizard
