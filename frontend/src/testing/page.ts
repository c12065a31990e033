/** A page in memory for tests: real Stimulus, real htmx, and a server that answers what the test says. */
import { Application, type ControllerConstructor } from "@hotwired/stimulus";
import { vi } from "vitest";

export interface Asked {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

type Answer = string | { status?: number; text?: string; headers?: Record<string, string> };

/** Answers requests by "METHOD /address"; returns the list of what was asked, but for what `showing.ts` tells the stream on each page. */
export function server(answers: Record<string, Answer>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (input: string | URL, options: RequestInit & { headers: Record<string, string> }) => {
    const url = String(input).replace(location.origin, "");
    if (url === "/live/") return new Response(null, { status: 204 });
    asked.push({ method: options.method ?? "GET", url, headers: options.headers, body: String(options.body ?? "") });
    const answer = answers[`${options.method ?? "GET"} ${url}`] ?? { status: 404 };
    const { status = 200, text = "", headers = {} } = typeof answer === "string" ? { text: answer } : answer;
    return new Response(text, { status, headers: { "content-type": "text/html", ...headers } });
  });
  return asked;
}

let application: Application | undefined;

/** Takes the page away and stops what runs on it. */
export async function leave(): Promise<void> {
  document.body.replaceChildren();
  await Promise.resolve(); // the controllers of this test hear that they are gone
  application?.stop();
}

/** Shows `html` with these controllers running. */
export async function page(html: string, controllers: Record<string, ControllerConstructor>): Promise<void> {
  document.body.innerHTML = html;
  const { default: htmx } = await import("htmx.org");
  // What templates/base.html comes to; jsdom does not find its `hx-status:422:inherited`.
  htmx.config.noSwap = [204, 304, 403, 404, "5xx"] as never;
  htmx.process(document.body);
  application = Application.start();
  for (const [name, controller] of Object.entries(controllers)) application.register(name, controller);
  await settled();
}

/** Lets requests, swaps and observers that are under way come to an end. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
}

export function find<E extends HTMLElement = HTMLElement>(selector: string): E {
  const found = document.querySelector<E>(selector);
  if (!found) throw new Error(`${selector} is not on the page:\n${document.body.innerHTML}`);
  return found;
}

export function press(key: string, options: KeyboardEventInit & { on?: Element } = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...options });
  (options.on ?? document.activeElement ?? document.body).dispatchEvent(event);
  return event;
}
