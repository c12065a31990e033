/**
 * Makes a promise of words that are selected in a contact: a button appears beside them, the key Z presses it.
 *
 * <section data-controller="promises">
 *   <button hidden data-promises-target="pick" data-action="promises#note pointerdown->promises#keep" data-hotkey="z">…</button>
 * … <li class="entry" id="t018f…">Ich schicke Ihnen bis Freitag das Angebot.</li>
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

const squeezed = (text: string) => text.replace(/\s+/g, "");
const SHORTEST = 4;
const GAP = 6;

export default class PromisesController extends Controller<HTMLElement> {
  static override targets = ["pick"];
  declare readonly pickTarget: HTMLButtonElement;
  declare readonly hasPickTarget: boolean;

  override connect(): void {
    document.addEventListener("selectionchange", this.look);
    addEventListener("scroll", this.look, { capture: true, passive: true });
  }

  override disconnect(): void {
    document.removeEventListener("selectionchange", this.look);
    removeEventListener("scroll", this.look, { capture: true });
  }

  /** The words stay selected while the button is pressed. */
  keep(event: Event): void {
    event.preventDefault();
  }

  note(): void {
    const picked = this.picked();
    if (!picked) return;
    getSelection()?.removeAllRanges();
    this.pickTarget.hidden = true;
    void htmx.ajax("POST", `/promise/from/${picked.touchpoint}/`, { source: this.element, swap: "none", values: { text: picked.text } });
  }

  private look = (): void => {
    if (!this.hasPickTarget) return;
    const picked = this.picked();
    this.pickTarget.hidden = !picked;
    if (!picked) return;
    const { left, bottom } = picked.place;
    const { offsetWidth, offsetHeight, style } = this.pickTarget;
    style.left = `${Math.max(GAP, Math.min(left, innerWidth - offsetWidth - GAP))}px`;
    style.top = `${Math.max(GAP, Math.min(bottom + GAP, innerHeight - offsetHeight - GAP))}px`;
  };

  /** What is selected, if it lies in one contact. */
  private picked(): { touchpoint: string; text: string; place: DOMRect } | null {
    const selection = getSelection();
    const text = selection?.toString().trim() ?? "";
    if (!selection?.rangeCount || selection.isCollapsed || text.length < SHORTEST) return null;
    const range = selection.getRangeAt(0);
    const of = (node: Node) => (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>("[data-touchpoint], li.entry[id^=t]");
    const contact = of(range.startContainer);
    // Three clicks select up to the beginning of what follows, so it is the words that must lie in the contact.
    if (!contact || !squeezed(contact.textContent ?? "").includes(squeezed(text))) return null;
    return { touchpoint: contact.dataset.touchpoint ?? contact.id.slice(1), text, place: range.getBoundingClientRect() };
  }
}
