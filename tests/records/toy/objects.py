from kundig.records.description import Description, Page
from kundig.records.kinds.contacts import Address, Country, Phone
from kundig.records.kinds.numbers import CurrencyCode
from kundig.records.kinds.places import Position
from kundig.records.kinds.references import File
from kundig.records.kinds.texts import Computed
from tests.records.toy.models import Course


def announcement(formats, name, starts_on):
    return f"{name}, {formats.date(starts_on)}" if starts_on else name


class CourseDescription(Description):
    model = Course
    name = "courses"
    icon = "calendar"
    title, subtitle = "name", "city"
    columns = "name level seats price starts_on owner tags"
    search = "name mail phone city"
    filters = "level is_online owner"
    page = Page(
        header="level owner", sections={"Course": "content seats hours price discount", "Place": "address phone"}
    )
    personal_fields = "allergies"
    purposes = {"allergies": "catering_for_trainers"}
    kinds = {
        "phone": Phone(country="country"), "country": Country(), "photo": File(only_pictures=True),
        "price_currency": CurrencyCode(),
    }  # fmt: skip
    composed = {"address": Address(), "position": Position()}
    computed = {"announcement": Computed(announcement, reads="name starts_on", title="Announcement")}
