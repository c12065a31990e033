import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kundig.web.settings")
application = get_wsgi_application()

# A page makes a hundred thousand things and throws them away. Looked through after every 700 of them, as is usual, it
# costs a tenth more; and what the program itself consists of is there to stay.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)
