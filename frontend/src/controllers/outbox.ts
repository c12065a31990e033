/**
 * Reports that are written without a connection: kept on this device and sent when there is one again, each only once.
 *
 * <main data-controller="outbox" data-outbox-user-value="17" data-outbox-keep-value='["/field/", …]' data-outbox-words-value='{"kept": "…", "sent": "…", "refused": "…", "one": "…", "many": "{n} …"}'>
 *   <p hidden><span data-outbox-target="state"></span> <button data-outbox-target="discard" data-action="outbox#discard" hidden>…</button></p>
 *   <form data-queued hx-post="/field/reports/"><input type="hidden" name="key">…</form>
 *
 * A form is given a key when it is begun; the server files each key once, so that a report whose answer was lost may be sent again.
 * Each report is its writer's: whoever else signs in on this device neither sends nor sees it.
 */
import { Controller } from "@hotwired/stimulus";
import htmx, { type HtmxEvent } from "htmx.org";

import { cookie, tell } from "../htmx.ts";

interface Report {
  key: string;
  user: string;
  written: number;
  url: string;
  body: string;
  refused?: string;
}

const STORE = "reports";
/** Longer than any hole in the network: then what was written about customers leaves the device. */
const KEPT = 14 * 24 * 60 * 60_000;

export default class OutboxController extends Controller<HTMLElement> {
  static override targets = ["state", "discard"];
  static override values = { user: String, keep: Array, words: Object };
  declare readonly stateTarget: HTMLElement;
  declare readonly discardTarget: HTMLElement;
  declare readonly userValue: string;
  declare readonly keepValue: string[];
  declare readonly wordsValue: Record<"kept" | "sent" | "refused" | "one" | "many", string>;
  private isSending = false;

  override connect(): void {
    addEventListener("online", this.send);
    this.element.addEventListener("htmx:config:request", this.mark);
    this.element.addEventListener("htmx:error", this.keep);
    this.element.addEventListener("stale", this.wait, true);
    void this.install();
    void this.send();
  }

  override disconnect(): void {
    removeEventListener("online", this.send);
    this.element.removeEventListener("htmx:config:request", this.mark);
    this.element.removeEventListener("htmx:error", this.keep);
    this.element.removeEventListener("stale", this.wait, true);
  }

  /** A report that is being written is not swept away because a colleague has moved a visit. */
  private wait = (event: Event): void => {
    const texts = this.element.querySelectorAll<HTMLTextAreaElement>("details[open] textarea");
    if ([...texts].some((text) => text.value.trim())) event.stopImmediatePropagation();
  };

  private async install(): Promise<void> {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register("/worker.js");
    const { active } = await navigator.serviceWorker.ready;
    const built = performance.getEntriesByType("resource").map(({ name }) => name);
    active?.postMessage({ keep: [...this.keepValue, ...built.filter((name) => name.includes("/static/"))] });
  }

  /** The key goes with the first attempt, too: its answer may be what is lost. */
  private mark = (event: Event): void => {
    const { ctx } = (event as HtmxEvent<"htmx:config:request">).detail;
    const key = (ctx.sourceElement as HTMLElement).querySelector<HTMLInputElement>("form[data-queued] [name=key], [name=key]");
    if (key && !key.value) key.value = crypto.randomUUID();
    if (key && ctx.request.body instanceof FormData) ctx.request.body.set("key", key.value);
  };

  private keep = async (event: Event): Promise<void> => {
    const { ctx } = (event as CustomEvent).detail as { ctx?: { sourceElement: HTMLElement } };
    const form = ctx?.sourceElement.closest<HTMLFormElement>("form[data-queued]");
    if (!form) return;
    const data = new FormData(form);
    data.delete("csrfmiddlewaretoken");
    data.set("at", new Date().toISOString());
    const body = new URLSearchParams(data as unknown as Record<string, string>).toString();
    await put({ key: String(data.get("key")), user: this.userValue, written: Date.now(), url: form.getAttribute("hx-post")!, body });
    form.reset();
    form.querySelector<HTMLInputElement>("[name=key]")!.value = ""; // the next report is another one
    form.closest("details")?.removeAttribute("open");
    tell(this.wordsValue.kept);
    await this.show();
  };

  private send = async (): Promise<void> => {
    if (this.isSending) return;
    this.isSending = true;
    let sent = 0;
    try {
      for (const report of await this.mine()) {
        const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": cookie("csrftoken"), "HX-Request": "true" };
        const answer = await fetch(report.url, { method: "POST", body: report.body, headers });
        if (answer.redirected || answer.status === 401 || answer.status === 403 || answer.status >= 500) break; // to be tried again, signed in
        const reason = answer.ok ? "" : await said(answer);
        if (answer.ok) sent += 1;
        if (answer.ok || this.giveBack(report, reason)) await remove(report.key);
        else await put({ ...report, refused: reason });
      }
    } catch {
      // Still no connection: they stay.
    } finally {
      this.isSending = false;
    }
    await this.show();
    if (sent) {
      tell(this.wordsValue.sent);
      htmx.trigger(this.element, "sent", {});
    }
  };

  private async mine(): Promise<Report[]> {
    const reports = await all();
    for (const { key, written } of reports) if (Date.now() - written > KEPT) await remove(key);
    return reports.filter(({ user, written }) => user === this.userValue && Date.now() - written <= KEPT);
  }

  /** What the server refuses stands in its form again, with the reason; false if there is no such form any more. */
  private giveBack(report: Report, reason: string): boolean {
    const form = [...this.element.querySelectorAll<HTMLFormElement>("form[data-queued]")].find((each) => each.getAttribute("hx-post") === report.url);
    if (!form) return false;
    for (const [name, value] of new URLSearchParams(report.body)) {
      for (const control of form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(name)}"]`)) {
        if (control.type === "radio" || control.type === "checkbox") control.checked ||= control.value === value;
        else control.value = value;
      }
    }
    form.closest("details")?.setAttribute("open", "");
    tell(`${this.wordsValue.refused} ${reason}`);
    return true;
  }

  /** The one that cannot be filed has been copied, or is not wanted. */
  async discard(): Promise<void> {
    for (const { key, refused } of await this.mine()) if (refused) await remove(key);
    await this.show();
  }

  private async show(): Promise<void> {
    const reports = await this.mine();
    const refused = reports.find((report) => report.refused);
    this.stateTarget.parentElement!.hidden = !reports.length;
    this.discardTarget.hidden = !refused;
    const count = reports.length === 1 ? this.wordsValue.one : this.wordsValue.many.replace("{n}", String(reports.length));
    this.stateTarget.textContent = refused ? `${this.wordsValue.refused} ${refused.refused} „${new URLSearchParams(refused.body).get("body")}“` : count;
  }
}

/** What a refusal says, without its markup. */
async function said(answer: Response): Promise<string> {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return (page.querySelector(".field__error, .toast, h1")?.textContent ?? "").trim();
}

function store(mode: IDBTransactionMode): Promise<IDBObjectStore> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("kundig", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" });
    opening.onsuccess = () => resolve(opening.result.transaction(STORE, mode).objectStore(STORE));
    opening.onerror = () => reject(opening.error);
  });
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

const all = async (): Promise<Report[]> => done((await store("readonly")).getAll());
const put = async (report: Report): Promise<unknown> => done((await store("readwrite")).put(report));
const remove = async (key: string): Promise<unknown> => done((await store("readwrite")).delete(key));
