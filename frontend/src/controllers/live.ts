/**
 * Hears from the server which records have changed, and lets what shows them fetch itself anew.
 *
 * <div id="live" hidden data-controller="live" data-live-url-value="/live/" data-action="changed@document->live#changed …"></div>
 * <tr id="r17" data-record="organisations:17" hx-get="/organisations/17/row/" hx-trigger="stale" hx-swap="outerMorph">
 * <tbody id="rows" data-live-whole hx-get="…" hx-trigger="stale" hx-swap="outerMorph">   (fetched when too much changed to name it)
 *
 * Tables and boards are sent their rows and cards as `event: rows` (`shared.ts`), and ask for nothing.
 * Names come as `event: changed`, `data: organisations:17 persons:4`, and in the `HX-Trigger` of our own requests. They are collected for
 * a moment, so that one change that arrives both ways is fetched once; `organisations:*` means too many to name, `*` everything. A hidden
 * tab hears nothing. Whoever opens the stream again says where it stopped, and hears what was missed.
 */
import { Controller } from "@hotwired/stimulus";
import htmx from "htmx.org";

const showing = () => import("../showing.ts");
const COLLECTS = 150;
const RETRIES = 15_000;
/** From so many rows on one request for their table is cheaper than one for each. */
const MANY = 4;

export default class LiveController extends Controller<HTMLElement> {
  static override values = { url: String };
  declare readonly urlValue: string;
  private source: EventSource | null = null;
  private names = new Set<string>();
  private timer = 0;
  private place = "";
  private presence: Promise<typeof import("../presence.ts")> | null = null;

  override connect(): void {
    this.seen();
  }

  override disconnect(): void {
    this.close();
  }

  /** One of our own requests has changed something. */
  changed(event: CustomEvent<{ value: string }>): void {
    this.collect(event.detail.value);
  }

  seen(): void {
    if (document.hidden) this.close();
    else if (!this.source) this.open();
  }

  private open(): void {
    const source = new EventSource(`${this.urlValue}?${this.place ? `since=${this.place}` : `age=${Math.round(performance.now())}`}`);
    this.source = source;
    const on = (name: string, hear: (data: string) => void) =>
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) => {
        this.place = lastEventId;
        hear(data);
      });
    on("changed", (names) => this.collect(names));
    on("here", () => {});
    on("hello", (key) => {
      void this.presence?.then(({ forget }) => forget());
      void showing().then(({ begin }) => begin(this.urlValue, key));
    });
    for (const name of ["alive", "rows"] as const) on(name, (told) => void showing().then((there) => there[name](told)));
    on("present", (told) => void (this.presence ??= import("../presence.ts")).then(({ tell }) => tell(JSON.parse(told))));
    source.addEventListener("error", () => {
      // The browser itself tries again after a lost connection, but gives up for good after a refusal: from one who was
      // never let in that is an answer, later it is a server that restarts.
      if (source.readyState !== EventSource.CLOSED || source !== this.source || !this.place) return;
      this.source = null;
      setTimeout(() => this.seen(), RETRIES);
    });
  }

  close(): void {
    this.source?.close();
    this.source = null;
  }

  private collect(names: string): void {
    for (const name of names.split(" ")) this.names.add(name);
    this.timer ||= window.setTimeout(() => {
      this.timer = 0;
      const names = this.names;
      this.names = new Set();
      const many = [...names].filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
      refresh(names, many);
      // Some pages also want to know of what they do not show yet.
      document.dispatchEvent(new CustomEvent("heard", { detail: names }));
    }, COLLECTS);
  }
}

function refresh(names: Set<string>, many: string[]): void {
  const parts = new Map<Element | null, HTMLElement[]>();
  const wholes = new Set<Element>(many.length ? document.querySelectorAll("[data-live-whole]") : []);
  for (const element of document.querySelectorAll<HTMLElement>("[data-record]")) {
    const name = element.dataset.record!;
    if (!names.has(name) && !many.some((kind) => name.startsWith(kind))) continue;
    const whole = element.parentElement!.closest("[data-live-whole]");
    parts.set(whole, [...(parts.get(whole) ?? []), element]);
  }
  const due = new Set<Element>();
  for (const [whole, elements] of parts) {
    // A row that is being edited might have no place in its table any more: then each is asked for by itself.
    const isSafe = whole && !whole.querySelector(".cell-edit");
    if (isSafe && elements.filter((element) => element.matches("tr")).length >= MANY) wholes.add(whole);
    if (whole && !isSafe) wholes.delete(whole);
    if (!whole || !wholes.has(whole)) for (const element of elements) due.add(element);
  }
  for (const element of new Set([...due, ...wholes])) htmx.trigger(element, "stale", {}, false);
}
