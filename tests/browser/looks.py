"""What every page must bear: three widths, light and dark, the accessibility rules of axe, no sideways scrolling."""

import json
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "test-results"
WIDTHS = {"desktop": (1440, 900), "tablet": (900, 1100), "phone": (390, 844)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that may hold in the light and not in the dark."""


@cache
def _axe():
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()


def accessibility_faults(page, *, only=None):
    """What axe finds on the page as it stands, one line per fault: rule, what is wrong, where."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())  # the debugger is exempt from the content security policy
    found = page.evaluate(
        "runOnly => axe.run(document, {runOnly, resultTypes: ['violations']}).then(result => result.violations)",
        {"type": "rule", "values": only} if only else {"type": "tag", "values": RULES},
    )
    return [
        f"{fault['id']}: {fault['help']}: {node['target'][0]}\n    {node['html'][:200]}\n    {_why(node)}"
        for fault in found
        for node in fault["nodes"]
    ]


def _why(node):
    return json.dumps([check["message"] for kind in ("any", "all", "none") for check in node[kind]], ensure_ascii=False)


def width_faults(page):
    """Elements that make the whole page scroll sideways."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("body *")]
                .filter(element => element.getBoundingClientRect().right > width + 1)
                .slice(0, 5).map(element => element.outerHTML.slice(0, 120));
        }"""
    )


def look_at(page, name, *, widths=tuple(WIDTHS), schemes=("light", "dark"), pictures=False, axe=True):
    """Check the page in the widths and schemes, and leave `pictures` of all in `test-results/`; raises AssertionError.

    Axe reads the first width and the telephone's, which show different things; in the dark only what is about colours.
    """
    before = page.viewport_size
    faults = []
    for width in widths:
        page.set_viewport_size(dict(zip(("width", "height"), WIDTHS[width], strict=True)))
        faults += [f"{name}, {width}: sticks out: {element}" for element in width_faults(page)]
        for scheme in schemes if pictures or width == widths[0] else schemes[:1]:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if pictures:
                page.screenshot(path=RESULTS / f"{name}-{width}-{scheme}.png")
            if axe and width in (widths[0], "phone"):
                found = accessibility_faults(page, only=None if scheme == schemes[0] else OF_COLOURS)
                faults += [f"{name}, {width}, {scheme}: {fault}" for fault in found]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(before)
    assert not faults, "\n".join(faults)


def act_when_at_work(page):
    """Let what a journey does wait for scripts that a page fetches when it names them; people are slower than that."""
    page.add_locator_handler(page.locator("html[data-awaits]"), lambda: None)
    for device, deeds in ((page.keyboard, ("down", "press", "type")), (page.mouse, ("click", "dblclick", "down"))):
        for deed in deeds:
            setattr(device, deed, _when_at_work(page, getattr(device, deed)))


def _when_at_work(page, act):
    def when_at_work(*arguments, **options):
        page.locator("html:not([data-awaits])").wait_for(state="attached")
        return act(*arguments, **options)

    return when_at_work


def wait_for_controller(page, name):
    """Until such a script and its styles are there: for keys, mouse and drops, which wait for nothing by themselves."""
    page.wait_for_function(
        """name => document.querySelector(`[data-controller~=${name}]`)
            && !document.documentElement.hasAttribute("data-awaits")
            && [...document.querySelectorAll("link[rel=stylesheet]")].every(each => each.sheet)""",
        arg=name,
    )
