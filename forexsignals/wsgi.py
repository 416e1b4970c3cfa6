import os

from django.core.wsgi import get_wsgi_application

from forexsignals.loaded import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forexsignals.settings")

application = get_wsgi_application()
settle()
