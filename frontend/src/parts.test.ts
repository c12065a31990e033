import htmx from "htmx.org";
import { beforeEach, expect, it, vi } from "vitest";

import "./parts.ts";
import { find, page, settled } from "./testing/page.ts";

const address = "/organisations/1/parts/";
const head = (text: string) =>
  `<dl id="head" data-record="organisations:1" hx-get="/organisations/1/" hx-trigger="stale" hx-swap="outerMorph"><dd>${text}</dd></dl>`;
let asked: string[];
let answers: Record<string, () => Response | Promise<Response>>;

beforeEach(async () => {
  asked = [];
  answers = {};
  vi.stubGlobal("fetch", async (input: string) => {
    const url = String(input).replace(location.origin, "");
    asked.push(url);
    return (answers[url] ?? (() => new Response("", { status: 404 })))();
  });
  await page(
    `<div data-parts="${address}">${head("old")}
     <div id="panel-files" data-record="organisations:1" hx-get="/organisations/1/panels/files/" hx-trigger="stale" hx-swap="innerMorph">old</div>
     <p id="other" data-record="persons:1" hx-get="/persons/1/row/" hx-trigger="stale" hx-swap="outerMorph">old</p></div>`,
    {},
  );
});

const json = (told: Record<string, string>) => () => new Response(JSON.stringify(told));
const html = (text: string) => () => new Response(text, { headers: { "content-type": "text/html" } });
const changed = (...ids: string[]) => {
  for (const id of ids) htmx.trigger(find(`#${id}`), "stale", {}, false);
};

it("asks once for the parts of a page, and each takes its place", async () => {
  answers[`${address}?of=head&of=panel-files`] = json({ head: head("new"), "panel-files": "files" });
  answers["/persons/1/row/"] = html('<p id="other">by itself</p>');
  changed("head", "panel-files", "other");
  await settled();
  expect(["#head", "#panel-files", "#other"].map((id) => find(id).textContent)).toEqual(["new", "files", "by itself"]);
  expect(asked.sort()).toEqual([`${address}?of=head&of=panel-files`, "/persons/1/row/"]);
});

it("lets one part alone ask by itself", async () => {
  answers["/organisations/1/"] = html(head("new"));
  changed("head");
  await settled();
  expect(find("#head").textContent).toBe("new");
  expect(asked).toEqual(["/organisations/1/"]);
});

it("lets a part that was left out ask by itself, and all of them where there is no answer", async () => {
  answers[`${address}?of=head&of=panel-files`] = json({ head: head("new") });
  answers["/organisations/1/panels/files/"] = html("by itself");
  changed("head", "panel-files");
  await settled();
  expect(find("#panel-files").textContent).toBe("by itself");
  answers = {};
  changed("head", "panel-files");
  await settled();
  expect(asked.slice(2)).toEqual([`${address}?of=head&of=panel-files`, "/organisations/1/", "/organisations/1/panels/files/"]);
});

it("waits for the answer that is on its way, then asks once more for all that became due", async () => {
  let come = (_: Response) => {};
  const both = `${address}?of=head&of=panel-files`;
  answers[both] = () => new Promise((resolve) => (come = resolve));
  changed("head", "panel-files");
  await settled();
  changed("head", "panel-files");
  await settled();
  changed("panel-files", "head");
  await settled();
  expect(asked).toEqual([both]);
  const first = come;
  answers[both] = json({ head: head("newest"), "panel-files": "newest" });
  first(new Response(JSON.stringify({ head: head("new"), "panel-files": "new" })));
  await settled();
  expect(asked).toEqual([both, both]);
  expect([find("#head").textContent, find("#panel-files").textContent]).toEqual(["newest", "newest"]);
});
