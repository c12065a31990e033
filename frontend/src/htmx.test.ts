import { beforeAll, expect, it } from "vitest";

import { startHtmx } from "./htmx.ts";
import { find, page, server, settled } from "./testing/page.ts";

beforeAll(startHtmx);

const PAGE = `<button id="ask" hx-get="/rows/">x</button><button id="save" hx-post="/save/" hx-swap="none">x</button>
  <div id="toasts" data-failed="Das hat nicht geklappt." data-offline="Keine Verbindung."></div>`;

async function press(id: string, answer: Parameters<typeof server>[0][string]): Promise<ReturnType<typeof server>> {
  const asked = server({ "GET /rows/": answer, "POST /save/": answer });
  await page(PAGE, {});
  find(`#${id}`).click();
  await settled();
  return asked;
}

it("sends the token with what changes something", async () => {
  document.cookie = "csrftoken=geheim";
  expect((await press("save", ""))[0]!.headers["X-CSRFToken"]).toBe("geheim");
  expect((await press("ask", ""))[0]!.headers["X-CSRFToken"]).toBeUndefined();
});

it("says that something failed when the answer does not", async () => {
  await press("save", { status: 502, text: "<h1>Bad Gateway</h1>" });
  expect(find("#toasts").textContent).toBe("Das hat nicht geklappt.");
});

it("lets the server's own words stand", async () => {
  const words = `<hx-partial hx-target="#toasts" hx-swap="innerHTML"><div class="toast">Das dürfen Sie nicht.</div></hx-partial>`;
  await press("save", { status: 403, text: words });
  expect(find("#toasts").textContent).toBe("Das dürfen Sie nicht.");
});

it("leaves a menu filled that was opened, while its page is drawn anew", async () => {
  const menu = (url: string) => `<main id="content" hx-get="/rows/" hx-trigger="stale" hx-swap="outerMorph">${url}<div id="menu" popover hx-get="${url}" hx-trigger="toggle once"></div></main>`;
  const draw = async (html: string) => {
    server({ "GET /rows/": html, "GET /fields/": "<input type='search'>" });
    find("main").dispatchEvent(new Event("stale"));
    await settled();
  };
  await page(menu("/fields/"), {});
  server({ "GET /fields/": "<input type='search'>" });
  find("#menu").dispatchEvent(new Event("toggle"));
  await settled();
  find<HTMLInputElement>("input").value = "or";
  await draw(menu("/fields/").replace(">/fields/", ">anew"));
  expect(find("main").textContent).toContain("anew");
  expect(find<HTMLInputElement>("input").value).toBe("or");

  await draw(menu("/others/"));
  expect(find("#menu").innerHTML).toBe("");
});
