/** htmx as this house uses it: the CSRF header, and a word to people when a request fails. */
import htmx, { type HtmxEvent } from "htmx.org";

export function cookie(name: string): string {
  return document.cookie.match(`(?:^|; )${name}=([^;]*)`)?.[1] ?? "";
}

export function startHtmx(): void {
  // What a menu fetched when it was opened stays while its page is drawn anew: it would not be fetched a second time.
  htmx.registerExtension("fetched-once", {
    htmx_before_morph_node: (menu: Element, { newNode }: { newNode: Element }) =>
      !menu.matches?.("[hx-trigger='toggle once']") || menu.getAttribute("hx-get") !== newNode.getAttribute("hx-get"),
  });
  htmx.on("htmx:config:request", (event) => {
    const { request } = (event as HtmxEvent<"htmx:config:request">).detail.ctx;
    if (request.method !== "GET") request.headers["X-CSRFToken"] = cookie("csrftoken");
  });
  htmx.on("htmx:response:error", (event) => {
    const { ctx } = (event as HtmxEvent<"htmx:response:error">).detail;
    // Kundig's own refusals say why in a toast of their own, a 422 at the field.
    if (ctx.response?.status !== 422 && !ctx.text?.includes("<hx-partial")) say("failed");
  });
  htmx.on("htmx:error", (event) => {
    if ((event as CustomEvent).detail.ctx) say("offline");
  });
}

/** Shows one of the sentences that the page keeps for when the server does not answer. */
export function say(what: "failed" | "offline"): void {
  tell(document.getElementById("toasts")?.dataset[what] ?? "");
}

/** Shows a sentence at the foot of the page: something was not possible. */
export function tell(text: string): void {
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.controller = "toast";
  toast.dataset.tone = "bad";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  document.getElementById("toasts")?.replaceChildren(toast);
}
