/**
 * Copies a text to the clipboard.
 *
 * <div data-controller="copy"><input readonly data-copy-target="text" value="…">
 *   <button type="button" data-action="copy#copy" data-copy-done-param="Kopiert"><span data-copy-target="label">Kopieren</span></button></div>
 *
 * Without a clipboard (a page over plain http) the text is selected, ready for Ctrl+C.
 */
import { Controller } from "@hotwired/stimulus";

interface Done {
  params: { done: string };
}

export default class CopyController extends Controller<HTMLElement> {
  static override targets = ["text", "label"];
  declare readonly textTarget: HTMLInputElement;
  declare readonly labelTarget: HTMLElement;

  async copy(event: Event & Done): Promise<void> {
    this.textTarget.select();
    try {
      await navigator.clipboard.writeText(this.textTarget.value);
      this.labelTarget.textContent = event.params.done;
    } catch {
      this.textTarget.focus();
    }
  }
}
