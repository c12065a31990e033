import gc
import os

from django.core.wsgi import get_wsgi_application

from kundig.platform.starting import set_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kundig.web.settings")
set_up()
application = get_wsgi_application()

# A page makes a hundred thousand things and throws them away. Looked through after every 700 of them, as is usual, it
# costs a tenth more.
gc.freeze()
gc.set_threshold(20_000, 10, 10)
