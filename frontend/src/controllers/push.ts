/**
 * Lets this browser be told of what is due while no page is open; begun and ended by a click.
 *
 * <section data-controller="push" data-push-key-value="BN…" data-push-words-value='{"denied": …, "failed": …}'>
 *   <p data-push-target="unable" hidden>…</p>   <p data-push-target="problem" hidden></p>
 *   <button data-push-target="begin" data-action="push#begin" hidden>…</button>   <button data-push-target="end" data-action="push#end" hidden>…</button>
 */
import { Controller } from "@hotwired/stimulus";
import { cookie } from "../htmx.ts";

const WORKER = "/push/worker.js";
const SCOPE = "/push/";

export default class PushController extends Controller<HTMLElement> {
  static override targets = ["unable", "problem", "begin", "end"];
  static override values = { key: String, words: Object };
  declare readonly unableTarget: HTMLElement;
  declare readonly problemTarget: HTMLElement;
  declare readonly beginTarget: HTMLElement;
  declare readonly endTarget: HTMLElement;
  declare readonly keyValue: string;
  declare readonly wordsValue: Record<"denied" | "failed", string>;

  override connect(): void {
    void this.show();
  }

  private async show(): Promise<void> {
    const isAble = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
    this.unableTarget.hidden = isAble;
    if (!isAble) return;
    const here = await this.subscription();
    this.beginTarget.hidden = !!here;
    this.endTarget.hidden = !here;
  }

  private async subscription(): Promise<PushSubscription | null> {
    const registration = await navigator.serviceWorker.getRegistration(SCOPE);
    return (await registration?.pushManager.getSubscription()) ?? null;
  }

  async begin(): Promise<void> {
    this.problemTarget.hidden = true;
    if ((await Notification.requestPermission()) !== "granted") return this.tell(this.wordsValue.denied);
    try {
      const registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
      await active(registration);
      const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.keyValue });
      const { endpoint, keys } = made.toJSON();
      const answer = await this.post({ endpoint: endpoint!, p256dh: keys!.p256dh!, auth: keys!.auth!, browser: browser() });
      if (answer.ok) return location.reload();
      await made.unsubscribe();
      this.tell(((await answer.json()) as { error?: string }).error ?? this.wordsValue.failed);
    } catch {
      this.tell(this.wordsValue.failed);
    }
  }

  async end(): Promise<void> {
    const here = await this.subscription();
    if (here) {
      await this.post({ endpoint: here.endpoint, end: "1" });
      await here.unsubscribe();
    }
    location.reload();
  }

  private post(values: Record<string, string>): Promise<Response> {
    return fetch("/settings/calendar/browsers/", { method: "POST", body: new URLSearchParams(values), headers: { "X-CSRFToken": cookie("csrftoken") } });
  }

  private tell(words: string): void {
    this.problemTarget.textContent = words;
    this.problemTarget.hidden = false;
  }
}

/** A browser subscribes only when its worker has begun to work. */
function active(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting;
  if (!worker) return Promise.resolve();
  return new Promise((resolve) => worker.addEventListener("statechange", () => worker.state === "activated" && resolve()));
}

/** What this browser is called in the list: its name and where it runs. */
function browser(): string {
  const agent = navigator.userAgent;
  const name = /Edg\//.test(agent) ? "Edge" : /Firefox\//.test(agent) ? "Firefox" : /Chrome\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : "";
  const system = /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iOS" : /Windows/.test(agent) ? "Windows" : /Mac/.test(agent) ? "macOS" : /Linux/.test(agent) ? "Linux" : "";
  return [name, system].filter(Boolean).join(", ");
}
