"""What a hand does with the mouse: it takes what stands still, and follows a goal that makes room."""

STYLED = '() => [...document.querySelectorAll("link[rel=stylesheet]")].every((each) => each.sheet)'


def take(page, what, *, at):
    """Press the mouse at a point of `what`, in pixels from its corner, once it stands still; answers that place.

    Scripts and styles that the page fetches when it names them may move what it shows: a place that was looked up
    before they are there is somewhere else when the button goes down.
    """
    page.locator("html:not([data-awaits])").wait_for(state="attached")
    page.wait_for_function(STYLED)
    what.hover(position={"x": at[0], "y": at[1]})
    box = where(what)
    page.mouse.down()
    return box["x"] + at[0], box["y"] + at[1]


def where(what):
    """The box of what is on the page: it may be drawn anew at the moment somebody looks."""
    while (box := what.bounding_box()) is None:
        what.wait_for()
    return box


def drag(page, what, onto, *, at=(60, 10), into=(None, 120)):
    """Take `what` and let it go in `onto`, at a point in pixels from its corner (None: its middle)."""
    x, y = take(page, what, at=at)
    page.mouse.move(x + 20, y + 20, steps=3)
    reached = None
    while (goal := where(onto)) != reached:
        across = goal["width"] / 2 if into[0] is None else into[0]
        page.mouse.move(goal["x"] + across, goal["y"] + into[1], steps=12)
        page.wait_for_timeout(150)
        reached = goal
    page.mouse.up()
