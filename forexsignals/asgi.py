import os
import warnings

from django.core.asgi import get_asgi_application

# WhiteNoise serves files from a sync iterator; Django reads it in a thread, which is all right
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forexsignals.settings")

application = get_asgi_application()
