/**
 * Several choices, each a tag that can be taken away again.
 *
 * <div class="combobox combobox--many" data-controller="tags" data-tags-name-value="tags" data-tags-remove-value="{label} entfernen">
 *   <span class="tag" data-tags-target="item">VIP<input type="hidden" name="tags" value="vip">
 *     <button type="button" aria-label="VIP entfernen" data-action="tags#remove">×</button></span>
 *   <input type="text" autocomplete="off" data-tags-target="input">
 *   <ul class="options" role="listbox" aria-label="Schlagworte" hidden data-tags-target="list"><li role="option" data-value="messe">Messe</li></ul>
 * </div>
 *
 * Options come as in `combobox`. With `data-tags-free-value="true"` Enter or a comma makes a tag of what was typed. Backspace in the empty
 * input takes the last one away.
 */
import ComboboxController, { textOf } from "./combobox.ts";

export default class TagsController extends ComboboxController {
  static override targets = ["item", "input", "list"];
  static override values = { url: String, name: String, free: Boolean, remove: String } as never;
  declare readonly itemTargets: HTMLElement[];
  declare readonly nameValue: string;
  declare readonly freeValue: boolean;
  declare readonly removeValue: string;

  remove(event: Event): void {
    (event.currentTarget as HTMLElement).closest(".tag")!.remove();
    this.inputTarget.focus();
    this.tell();
  }

  protected override choose(option: HTMLElement): void {
    this.add(textOf(option), option.dataset.value ?? "");
  }

  protected override left = (): void => {
    this.close();
    if (this.freeValue) this.take();
    this.inputTarget.value = "";
  };

  protected override otherKey(event: KeyboardEvent): boolean {
    const isEmpty = this.inputTarget.value.trim() === "";
    if (event.key === "Backspace" && isEmpty && this.itemTargets.length) {
      this.itemTargets.at(-1)!.remove();
      this.tell();
      return true;
    }
    return this.freeValue && !isEmpty && (event.key === "Enter" || event.key === ",") && this.take();
  }

  protected override isOffered(option: HTMLElement): boolean {
    return !this.has(option.dataset.value ?? "");
  }

  private has(value: string): boolean {
    return this.itemTargets.some((item) => item.querySelector("input")!.value === value);
  }

  private take(): boolean {
    const text = this.inputTarget.value.trim();
    if (text) this.add(text, text);
    return true;
  }

  private add(label: string, value: string): void {
    this.inputTarget.value = "";
    this.close();
    if (this.has(value)) return;
    const tag = Object.assign(document.createElement("span"), { className: "tag" });
    tag.dataset.tagsTarget = "item";
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.ariaLabel = this.removeValue.replace("{label}", label);
    button.dataset.action = "tags#remove";
    tag.append(label, Object.assign(document.createElement("input"), { type: "hidden", name: this.nameValue, value }), button);
    this.inputTarget.before(tag);
    this.tell();
  }
}
