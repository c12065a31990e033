/**
 * The page of an object in edit mode: fields, sections and panels are moved by dragging or by keyboard, and sent as a whole.
 *
 * <form data-controller="arrange" data-arrange-words-value='{"taken": "{what} …", …}' hx-post="…" hx-target="#arrange-answer">
 *   <input type="hidden" name="layout">
 *   <ul data-zone="header" data-kind="fields" data-name="Kopf"><li class="item" data-field="owner"><button data-grip>…</button></li></ul>
 *   <div data-zone="facts" data-kind="blocks" data-name="Linke Spalte">
 *     <article class="block" data-block="section" data-key="master-data"><ul data-zone="fields" data-kind="fields">…</ul></article></div>
 *   <ul data-zone="beside" …> and <div data-zone="beside-panels" …> hold what is not on the page.
 *
 * On a grip Space takes, the arrows move within a zone and on into the next one, Space puts down, Escape puts back. What the server refuses
 * (422) stands in #arrange-answer: messages with `data-for` go to the section or panel of that key.
 */
import { Controller } from "@hotwired/stimulus";
import Sortable from "sortablejs";

type Word = "taken" | "moved" | "put" | "back" | "newSection";

interface Place {
  zone: HTMLElement;
  before: Element | null;
}

export default class ArrangeController extends Controller<HTMLFormElement> {
  static override targets = ["voice", "blank"];
  static override values = { words: Object };
  declare readonly voiceTarget: HTMLElement;
  declare readonly blankTarget: HTMLTemplateElement;
  declare readonly wordsValue: Record<Word, string>;
  private sortables: Sortable[] = [];
  private taken: { thing: HTMLElement; from: Place } | null = null;
  private saved = "";
  private isLeaving = false;
  private isMoving = false;

  override connect(): void {
    for (const zone of this.zones) this.makeSortable(zone);
    this.saved = this.serialised();
    this.element.addEventListener("keydown", this.key);
    this.element.addEventListener("focusout", this.left);
    this.element.addEventListener("input", this.typed);
    this.element.addEventListener("submit", this.write, true);
    this.element.addEventListener("htmx:after:swap", this.answered);
    addEventListener("beforeunload", this.unload);
  }

  override disconnect(): void {
    removeEventListener("beforeunload", this.unload);
    for (const sortable of this.sortables) sortable.destroy();
    this.sortables = [];
  }

  private get zones(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("[data-zone]")];
  }

  private makeSortable(zone: HTMLElement): void {
    const kind = zone.dataset.kind!;
    // A section taken off the page gives its fields back; only panels wait beside it.
    const takes = zone.dataset.zone === "beside-panels" ? (_to: unknown, _from: unknown, thing: HTMLElement) => thing.dataset.block === "panel" : true;
    this.sortables.push(
      Sortable.create(zone, {
        group: { name: kind, put: takes as never },
        handle: "[data-grip], .item__label, h3",
        draggable: kind === "fields" ? ".item" : ".block",
        forceFallback: true,
        fallbackOnBody: true,
        fallbackTolerance: 4,
        delay: 180,
        delayOnTouchOnly: true,
        animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        scrollSensitivity: 80,
        onEnd: ({ item }) => this.tell("put", item),
      }),
    );
  }

  // -- by keyboard ---------------------------------------------------------------------------------------------------

  private key = (event: KeyboardEvent): void => {
    const grip = (event.target as HTMLElement).closest<HTMLElement>("[data-grip]");
    if (!grip || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const thing = grip.closest<HTMLElement>(".item, .block")!;
    const isPick = event.key === " " || event.key === "Enter";
    if (!this.taken && isPick) this.take(thing);
    else if (this.taken && isPick) this.put();
    else if (this.taken && event.key === "Escape") this.putBack();
    else if (this.taken && event.key.startsWith("Arrow")) this.move(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private take(thing: HTMLElement): void {
    this.taken = { thing, from: { zone: thing.parentElement!, before: thing.nextElementSibling } };
    thing.dataset.state = "carried";
    this.tell("taken", thing);
  }

  private put(): void {
    const { thing } = this.taken!;
    this.taken = null;
    delete thing.dataset.state;
    this.tell("put", thing);
  }

  private putBack(): void {
    const { thing, from } = this.taken!;
    this.place(thing, from.zone, from.before);
    this.taken = null;
    delete thing.dataset.state;
    this.tell("back", thing);
  }

  /** Up and down within the zone and beyond its ends into the next; left and right into the next at once. */
  private move(key: string): void {
    const { thing } = this.taken!;
    const zone = thing.parentElement!;
    const before = key === "ArrowUp" || key === "ArrowLeft";
    const sibling = (before ? thing.previousElementSibling : thing.nextElementSibling) as HTMLElement | null;
    if (sibling && (key === "ArrowUp" || key === "ArrowDown")) this.place(thing, zone, before ? sibling : sibling.nextElementSibling);
    else {
      const zones = this.zones.filter((each) => each.dataset.kind === zone.dataset.kind && !thing.contains(each) && this.accepts(each, thing));
      const goal = zones[zones.indexOf(zone) + (before ? -1 : 1)];
      if (!goal) return;
      this.place(thing, goal, key === "ArrowUp" ? null : goal.firstElementChild);
    }
    thing.scrollIntoView({ block: "nearest" });
    this.tell("moved", thing);
  }

  private accepts(zone: HTMLElement, thing: HTMLElement): boolean {
    return zone.dataset.zone !== "beside-panels" || thing.dataset.block === "panel";
  }

  /** Moving an element takes the focus away for a moment; it stays on the grip. */
  private place(thing: HTMLElement, zone: HTMLElement, before: Element | null): void {
    this.isMoving = true;
    zone.insertBefore(thing, before === thing ? thing.nextElementSibling : before);
    thing.querySelector<HTMLElement>("[data-grip]")!.focus({ preventScroll: true });
    this.isMoving = false;
  }

  private left = (): void => {
    if (this.taken && !this.isMoving) this.put();
  };

  private tell(word: Word, thing: HTMLElement): void {
    const zone = thing.parentElement!;
    const values: Record<string, string | number> = {
      what: nameOf(thing),
      place: zone.dataset.name ?? "",
      n: [...zone.children].indexOf(thing) + 1,
      all: zone.children.length,
    };
    this.voiceTarget.textContent = this.wordsValue[word].replace(/\{(\w+)\}/g, (_all, name: string) => String(values[name]));
  }

  // -- buttons -------------------------------------------------------------------------------------------------------

  hide(event: Event): void {
    const thing = (event.currentTarget as HTMLElement).closest<HTMLElement>(".item")!;
    const beside = this.zone("beside");
    if (thing.parentElement === beside) return;
    const goal = nextOf(thing);
    beside.append(thing);
    goal?.focus();
    this.tell("put", thing);
  }

  remove(event: Event): void {
    const block = (event.currentTarget as HTMLElement).closest<HTMLElement>(".block")!;
    const goal = nextOf(block);
    if (block.dataset.block === "panel") this.zone("beside-panels").append(block);
    else {
      this.zone("beside").append(...block.querySelectorAll(".item"));
      block.remove();
    }
    goal?.focus();
  }

  add(event: Event): void {
    const zone = (event.currentTarget as HTMLElement).closest("section")!.querySelector<HTMLElement>("[data-zone]")!;
    const block = (this.blankTarget.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>(".block")!;
    block.dataset.key = `own-${crypto.randomUUID().slice(0, 8)}`;
    zone.append(block);
    for (const inner of block.querySelectorAll<HTMLElement>("[data-zone]")) this.makeSortable(inner);
    this.open(block).focus();
  }

  settings(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    const block = button.closest<HTMLElement>(".block")!;
    if (button.ariaExpanded === "true") {
      block.querySelector<HTMLElement>(".block__settings")!.hidden = true;
      button.ariaExpanded = "false";
    } else this.open(block).focus();
  }

  overwrite(event: Event): void {
    this.input("seen").value = (event.currentTarget as HTMLElement).dataset.version!;
    this.element.requestSubmit();
  }

  leave(): void {
    this.isLeaving = true;
  }

  /** Opens the settings of a block; answers their first input. */
  private open(block: HTMLElement): HTMLInputElement {
    const settings = block.querySelector<HTMLElement>(".block__settings")!;
    settings.hidden = false;
    block.querySelector<HTMLElement>("[data-action='arrange#settings']")!.ariaExpanded = "true";
    return settings.querySelector<HTMLInputElement>("input, textarea")!;
  }

  private zone(name: string): HTMLElement {
    return this.element.querySelector<HTMLElement>(`[data-zone='${name}']`)!;
  }

  private input(name: string): HTMLInputElement {
    return this.element.querySelector<HTMLInputElement>(`[name='${name}']`)!;
  }

  /** What is typed as a title stands above its section at once. */
  private typed = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const block = input.closest<HTMLElement>(".block");
    input.removeAttribute("aria-invalid");
    const language = input.dataset.part;
    if (!block || (language !== "de" && language !== "en")) return;
    const titles = ["de", "en"].map((part) => block.querySelector<HTMLInputElement>(`[data-part='${part}']`)!);
    const shown = titles.find((title) => title.lang === document.documentElement.lang && title.value) ?? titles.find((title) => title.value);
    block.dataset.name = shown?.value || titles[0]!.placeholder || this.wordsValue.newSection;
    block.querySelector("h3")!.textContent = block.dataset.name;
    block.querySelector<HTMLElement>("[data-zone]")!.dataset.name = block.dataset.name;
  };

  // -- sending -------------------------------------------------------------------------------------------------------

  private write = (): void => {
    this.input("layout").value = this.serialised();
  };

  private serialised(): string {
    const names = (zone: Element) => [...zone.querySelectorAll<HTMLElement>(":scope > .item")].map((item) => item.dataset.field);
    const places: Record<string, unknown[]> = {};
    for (const place of ["wide", "facts", "history", "business"]) {
      places[place] = [...this.zone(place).children].map((child) => {
        const block = child as HTMLElement;
        const part = (name: string) => block.querySelector<HTMLInputElement>(`[data-part='${name}']`);
        const when = part("when")!.value.trim();
        if (block.dataset.block === "panel") return { panel: block.dataset.key, when };
        const title = { de: part("de")!.value.trim(), en: part("en")!.value.trim() };
        return { section: block.dataset.key, title, fields: names(block.querySelector("[data-zone]")!), collapsed: part("collapsed")!.checked, when };
      });
    }
    const hidden = { fields: names(this.zone("beside")), panels: [...this.zone("beside-panels").children].map((block) => (block as HTMLElement).dataset.key) };
    return JSON.stringify({ header: names(this.zone("header")), places, hidden });
  }

  /** Brings each message to its section or panel, and the first into view. */
  private answered = (): void => {
    const messages = [...this.element.querySelectorAll<HTMLElement>("#arrange-answer [data-for]")];
    for (const message of messages.reverse()) {
      const block = this.element.querySelector<HTMLElement>(`.block[data-key='${CSS.escape(message.dataset.for!)}']`);
      if (!block) continue;
      this.open(block);
      const place = block.querySelector<HTMLElement>(".block__settings .field__error")!;
      place.replaceChildren(...message.childNodes);
      place.hidden = false;
      const hasSpot = message.dataset.start !== undefined;
      const input = block.querySelector<HTMLTextAreaElement>(hasSpot ? "[data-part='when']" : "[data-part]")!;
      input.ariaInvalid = "true";
      input.focus();
      if (hasSpot) input.setSelectionRange(Number(message.dataset.start), Number(message.dataset.end));
      message.remove();
    }
    const answer = this.element.querySelector<HTMLElement>("#arrange-answer")!;
    if (answer.childElementCount === 0) answer.replaceChildren();
    if (messages.length === 0) answer.querySelector<HTMLElement>("button, a")?.focus();
  };

  private unload = (event: BeforeUnloadEvent): void => {
    if (!this.isLeaving && this.element.isConnected && this.serialised() !== this.saved) event.preventDefault();
  };
}

function nameOf(thing: HTMLElement): string {
  return thing.dataset.name ?? thing.querySelector(".item__label")!.textContent!.trim();
}

/** Where the focus goes when a thing leaves its place: the grip after it, or before. */
function nextOf(thing: Element): HTMLElement | null {
  const beside = thing.nextElementSibling ?? thing.previousElementSibling;
  return beside?.querySelector<HTMLElement>("[data-grip]") ?? null;
}
