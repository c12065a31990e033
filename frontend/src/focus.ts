/**
 * The place of the keyboard: when an answer takes away what had the focus (a form that was saved, a button that has done its work),
 * the focus goes to what stands there now, or to the nearest thing before it, and not back to the top of the page.
 */
import htmx from "htmx.org";

const TAKES_FOCUS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";

interface Step {
  element: Element;
  parent: Element;
  index: number;
}

/** What had the focus last, and all it stood in; a message that offers to undo is passed over. */
let path: Step[] = [];

export function keepFocus(focused?: EventTarget | null): void {
  if (focused instanceof Element) path = stepsOf(focused);
  document.addEventListener("focusin", ({ target }) => {
    if (!(target as Element).closest("#toasts, dialog, [popover]")) path = stepsOf(target as Element);
  });
  document.addEventListener("pointerdown", ({ target }) => {
    if (!(target as Element).closest(`${TAKES_FOCUS}, #toasts, [data-field]`)) path = [];
  });
  htmx.on("htmx:after:swap", () => setTimeout(restore));
}

function stepsOf(target: Element): Step[] {
  const steps: Step[] = [];
  for (let element = target; element.parentElement && element !== document.body; element = element.parentElement) {
    const parent = element.parentElement;
    steps.push({ element, parent, index: [...parent.children].indexOf(element) });
  }
  return steps;
}

function restore(): void {
  if (path.length === 0 || (document.activeElement && document.activeElement !== document.body)) return;
  const goal = again(path[0]!.element) ?? nearest();
  if (goal && !goal.matches(TAKES_FOCUS)) goal.tabIndex = -1;
  goal?.focus({ preventScroll: true });
}

/** The same thing, if it is still there or has come again. */
function again(element: Element): HTMLElement | null {
  if (element.isConnected) return element as HTMLElement;
  return element.id ? document.getElementById(element.id) : null;
}

function nearest(): HTMLElement | null {
  for (const { parent, index } of path) {
    const there = again(parent);
    if (!there || there.matches("main, body")) continue;
    for (const child of [...there.children].slice(0, index + 1).reverse()) {
      const found = [child as HTMLElement, ...child.querySelectorAll<HTMLElement>(TAKES_FOCUS)].find(
        (element) => element.matches(TAKES_FOCUS) && !element.matches(":disabled") && element.checkVisibility(),
      );
      if (found) return found;
    }
  }
  return null;
}
