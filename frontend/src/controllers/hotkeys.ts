/**
 * Keys that press a link or button of the page.
 *
 * <body data-controller="hotkeys" data-hotkeys-off-value="false">
 *   <button data-hotkey="/ Control+k">Suchen oder tun</button>   <a data-hotkey="n" href="/organisations/new/">Organisation</a>
 *
 * Single letters rest while one types, while a dialogue is open, and where they are switched off (WCAG 2.1.4).
 */
import { Controller } from "@hotwired/stimulus";

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

export default class HotkeysController extends Controller<HTMLElement> {
  static override values = { off: Boolean };
  declare readonly offValue: boolean;

  override connect(): void {
    document.addEventListener("keydown", this.key);
  }

  override disconnect(): void {
    document.removeEventListener("keydown", this.key);
  }

  private key = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || event.isComposing || !/^([\w/?]|Enter)$/.test(event.key)) return;
    const isChord = event.ctrlKey || event.metaKey;
    if (!isChord && (this.offValue || (event.target as HTMLElement).closest(`${TYPING}, dialog, [popover]`))) return;
    const name = (isChord ? "Control+" : "") + event.key.toLowerCase();
    const found = [...document.querySelectorAll<HTMLElement>(`[data-hotkey~="${name}"]`)].find((element) => !element.matches(":disabled, [hidden]"));
    if (!found) return;
    event.preventDefault();
    found.click();
  };
}
