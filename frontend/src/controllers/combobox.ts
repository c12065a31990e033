/**
 * One choice from many, found by typing.
 *
 * <div class="combobox" data-controller="combobox" data-combobox-url-value="/persons/options/">
 *   <input type="hidden" name="contact" value="4" data-combobox-target="value">
 *   <input class="input" type="text" value="Maria Anders" autocomplete="off" data-combobox-target="input">
 *   <ul class="options" role="listbox" aria-label="Ansprechpartner" hidden data-combobox-target="list"></ul>
 * </div>
 *
 * The address answers `?q=` with <li role="option" data-value="4">Maria Anders<small>Berlin</small></li>…; without an address the options
 * stand in the list and are filtered here. Emptied text is no value; text that was not chosen gives way to the last choice.
 */
import { Controller } from "@hotwired/stimulus";

import "../../styles/combobox.css";

const WAITS = 120;
let count = 0;

export default class ComboboxController extends Controller<HTMLElement> {
  static override targets = ["value", "input", "list"];
  static override values = { url: String };
  declare readonly valueTarget: HTMLInputElement;
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;
  declare readonly urlValue: string;
  private timer = 0;
  private asked: AbortController | null = null;
  private chosenText = "";

  override connect(): void {
    const { inputTarget: input, listTarget: list } = this;
    list.id ||= `options-${++count}`;
    input.role = "combobox";
    input.ariaAutoComplete = "list";
    input.setAttribute("aria-controls", list.id);
    this.chosenText = input.value;
    this.close();
    input.addEventListener("input", this.typed);
    input.addEventListener("keydown", this.key);
    input.addEventListener("click", this.typed);
    input.addEventListener("blur", this.left);
    list.addEventListener("pointerdown", this.pointed);
  }

  override disconnect(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  /** Takes an option as the answer. */
  protected choose(option: HTMLElement): void {
    this.valueTarget.value = option.dataset.value ?? "";
    this.chosenText = this.inputTarget.value = textOf(option);
    this.close();
    this.tell();
  }

  /** The text of one who leaves without choosing. */
  protected left = (): void => {
    this.close();
    if (!this.inputTarget.value.trim() && this.chosenText) {
      this.valueTarget.value = this.chosenText = "";
      this.tell();
    }
    this.inputTarget.value = this.chosenText;
  };

  /** Keys that mean something only with the list closed, or to a kind of combobox: true if it was used. */
  protected otherKey(_event: KeyboardEvent): boolean {
    return false;
  }

  protected tell(): void {
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }

  protected close(): void {
    clearTimeout(this.timer);
    this.listTarget.hidden = true;
    this.inputTarget.ariaExpanded = "false";
    this.inputTarget.removeAttribute("aria-activedescendant");
  }

  protected get options(): HTMLElement[] {
    return [...this.listTarget.querySelectorAll<HTMLElement>("[role='option']:not([hidden])")];
  }

  protected get active(): HTMLElement | undefined {
    return this.options.find((option) => option.ariaSelected === "true");
  }

  private get isOpen(): boolean {
    return !this.listTarget.hidden;
  }

  private typed = (event: Event): void => {
    clearTimeout(this.timer);
    // A click shows everything; only typing narrows it down.
    const query = event.type === "click" ? "" : this.inputTarget.value.trim();
    this.timer = window.setTimeout(() => this.find(query), this.urlValue && query ? WAITS : 0);
  };

  private async find(query: string): Promise<void> {
    if (this.urlValue) {
      this.asked?.abort();
      this.asked = new AbortController();
      const address = new URL(this.urlValue, location.href);
      address.searchParams.set("q", query);
      try {
        const answer = await fetch(address, { signal: this.asked.signal, headers: { "HX-Request": "true" } });
        if (!answer.ok) return this.close();
        this.listTarget.innerHTML = await answer.text();
      } catch {
        return;
      }
    } else {
      const wanted = query.toLocaleLowerCase();
      for (const option of this.listTarget.querySelectorAll<HTMLElement>("[role='option']")) {
        option.hidden = !this.isOffered(option) || !textOf(option).toLocaleLowerCase().includes(wanted);
      }
    }
    this.show();
  }

  /** Whether an option of the list is to be seen at all. */
  protected isOffered(_option: HTMLElement): boolean {
    return true;
  }

  private show(): void {
    this.options.forEach((option, index) => (option.id = `${this.listTarget.id}-${index}`));
    this.listTarget.hidden = this.listTarget.childElementCount === 0;
    this.inputTarget.ariaExpanded = String(this.isOpen);
    this.activate(this.inputTarget.value ? this.options[0] : undefined);
  }

  private activate(option: HTMLElement | undefined): void {
    for (const each of this.options) each.ariaSelected = String(each === option);
    this.inputTarget.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  private key = (event: KeyboardEvent): void => {
    const options = this.options;
    const at = options.indexOf(this.active!);
    if (event.key === "ArrowDown" && !this.isOpen) this.find("");
    else if (event.key === "ArrowDown") this.activate(options[at + 1] ?? options[0]);
    else if (event.key === "ArrowUp" && this.isOpen) this.activate(options[at - 1] ?? options.at(-1));
    else if (event.key === "Enter" && this.isOpen && this.active) this.choose(this.active);
    else if (event.key === "Escape" && this.isOpen) this.close();
    else {
      if (event.key === "Tab" && this.isOpen && this.active && this.inputTarget.value) this.choose(this.active);
      if (!this.otherKey(event)) return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  private pointed = (event: Event): void => {
    event.preventDefault(); // the focus stays in the input
    const option = (event.target as HTMLElement).closest<HTMLElement>("[role='option']");
    if (option) this.choose(option);
  };
}

/** What an option is called, without the small print beside it. */
export function textOf(option: HTMLElement): string {
  if (option.dataset.text) return option.dataset.text;
  const copy = option.cloneNode(true) as HTMLElement;
  for (const small of copy.querySelectorAll("small, svg")) small.remove();
  return copy.textContent!.trim();
}
