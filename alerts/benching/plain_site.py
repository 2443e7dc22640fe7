"""What the second server of a bench runs: the site that finds by plain columns. No setting leads here, and outside a
bench's own throwaway site it does not start.
"""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from alerts.benching import INSIDE

if os.environ.get(INSIDE) != str(settings.VAR):
    raise ImproperlyConfigured("a site on plain columns is for a bench alone")

application = get_wsgi_application()

from alerts.benching import yardsticks  # noqa: E402  (rows can be named from here on)

yardsticks.replace_questions()
