/**
 * Keys of a menu; the browser itself opens, places and closes it.
 *
 * <button type="button" popovertarget="m1" aria-haspopup="menu">…</button>
 * <menu class="menu" popover id="m1" data-controller="menu"><li><a class="menu-item" href="…">…</a></li></menu>
 *
 * Its items may come when it is opened: `hx-get="…" hx-trigger="toggle once"`.
 */
import { Controller } from "@hotwired/stimulus";

const TYPING = 700;

function isLetter(event: KeyboardEvent): boolean {
  return event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
}

export default class MenuController extends Controller<HTMLElement> {
  private letters = "";
  private typedAt = 0;

  override connect(): void {
    this.element.addEventListener("toggle", this.toggled);
    this.element.addEventListener("htmx:after:swap", this.filled);
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("click", this.chosen);
  }

  override disconnect(): void {
    this.element.removeEventListener("toggle", this.toggled);
    this.element.removeEventListener("htmx:after:swap", this.filled);
    this.element.removeEventListener("keydown", this.key);
    this.element.removeEventListener("click", this.chosen);
  }

  private get items(): HTMLElement[] {
    const all = this.element.querySelectorAll<HTMLElement>("a[href], button, input, select");
    return [...all].filter((item) => !item.matches(":disabled") && item.checkVisibility());
  }

  private toggled = (event: Event): void => {
    if ((event as ToggleEvent).newState === "open") this.items[0]?.focus();
  };

  private filled = (event: Event): void => {
    if (event.target === this.element && !this.element.contains(document.activeElement)) this.items[0]?.focus();
  };

  /** The next item that begins with the letters typed shortly one after another. */
  private typed(letter: string): HTMLElement | undefined {
    const now = Date.now();
    this.letters = (now - this.typedAt < TYPING ? this.letters : "") + letter.toLowerCase();
    this.typedAt = now;
    const begins = (item: HTMLElement) => item.textContent?.trim().toLowerCase().startsWith(this.letters);
    return this.items.find(begins);
  }

  private key = (event: KeyboardEvent): void => {
    const items = this.items;
    const at = items.indexOf(document.activeElement as HTMLElement);
    const goal = {
      ArrowDown: items[(at + 1) % items.length],
      ArrowUp: items[(at - 1 + items.length) % items.length],
      Home: items[0],
      End: items.at(-1),
    }[event.key] ?? (isLetter(event) ? this.typed(event.key) : undefined);
    if (!goal || (event.target as HTMLElement).matches("input:not([type=checkbox]), select")) return;
    event.preventDefault();
    event.stopPropagation();
    goal.focus();
  };

  private chosen = (event: Event): void => {
    if ((event.target as HTMLElement).closest(".menu-item:not(label)")) this.element.hidePopover();
  };
}
