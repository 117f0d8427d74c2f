"""The chat page: answers with clickable citations, beside a viewer of the source.

It does not know how answers are found. Gradio's telemetry must be off before Gradio is imported, hence here.
"""

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Gradio computes statistics over 10,000 events after each event, for a dashboard that Byline turns off.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "100"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000"
