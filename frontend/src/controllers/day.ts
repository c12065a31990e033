/**
 * Keys of the list of the day, and what its menus are about.
 *
 * <div data-controller="day" data-day-off-value="false">
 *   <li data-day-target="contact" data-party="018f…"> <a href="…">Steinbrück</a>
 *     <a data-key="a" href="tel:…">  <button data-key="p" popovertarget="day-later" data-action="day#asks"> …
 *   <menu popover id="day-later" data-day-target="menu"> <input type="hidden" name="party"> …
 *
 * J and K go from contact to contact, the other letters press what bears them in the contact one is at, or in the first.
 * A contact that is done leaves; the focus goes to the one that takes its place.
 */
import { Controller } from "@hotwired/stimulus";

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog, [popover]";

export default class DayController extends Controller<HTMLElement> {
  static override targets = ["contact", "menu"];
  static override values = { off: Boolean };
  declare readonly contactTargets: HTMLElement[];
  declare readonly menuTargets: HTMLElement[];
  declare readonly offValue: boolean;
  private at = -1;

  override connect(): void {
    document.addEventListener("keydown", this.key);
    this.element.addEventListener("htmx:before:request", this.left);
    document.addEventListener("htmx:after:swap", this.swapped);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.key);
    this.element.removeEventListener("htmx:before:request", this.left);
    document.removeEventListener("htmx:after:swap", this.swapped);
  }

  /** A menu opens: it is about the contact whose button was pressed. */
  asks(event: Event): void {
    const contact = (event.currentTarget as HTMLElement).closest<HTMLElement>("[data-party]")!;
    this.at = this.contactTargets.indexOf(contact);
    for (const menu of this.menuTargets) {
      for (const input of menu.querySelectorAll<HTMLInputElement>("input[name=party]")) input.value = contact.dataset.party!;
    }
  }

  private get current(): number {
    const place = this.contactTargets.findIndex((contact) => contact.contains(document.activeElement));
    return place;
  }

  private key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || this.offValue || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if ((event.target as HTMLElement).closest(TYPING)) return;
    const key = event.key.toLowerCase();
    if (key === "j" || key === "k") {
      event.preventDefault();
      this.go(this.current + (key === "j" ? 1 : -1));
      return;
    }
    const contact = this.contactTargets[Math.max(this.current, 0)];
    const control = contact?.querySelector<HTMLElement>(`[data-key~="${CSS.escape(key)}"]`);
    if (!control) return;
    event.preventDefault();
    this.at = this.contactTargets.indexOf(contact!);
    control.click();
  };

  private go(place: number): void {
    const contacts = this.contactTargets;
    contacts[Math.min(Math.max(place, 0), contacts.length - 1)]?.querySelector<HTMLElement>("h3 a, p a")?.focus();
  }

  /** Something is sent: what follows belongs to the contact it was sent from. */
  private left = (event: Event): void => {
    for (const menu of this.menuTargets) if (menu.contains(event.target as Node)) menu.hidePopover();
    const place = this.contactTargets.findIndex((contact) => contact.contains(event.target as Node));
    if (place >= 0) this.at = place;
  };

  private swapped = (): void => {
    if (this.at < 0) return;
    const isLost = !document.activeElement || document.activeElement === document.body;
    if (isLost) this.go(this.at);
    this.at = -1;
  };
}
