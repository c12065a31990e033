import htmx from "htmx.org";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { bring, source } from "./parts.ts";
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

describe("parts that come unasked", () => {
  const panel = (id: string, inside: string) =>
    `<div id="${id}" data-record="organisations:1" hx-get="/organisations/1/panels/${id.slice(6)}/" hx-trigger="stale" hx-swap="innerMorph">${inside}</div>`;
  const toCome = '<section aria-busy="true"><header></header></section>';
  const bringAll = (told: Record<string, string> | null) => bring({ source: `${address}?of=head&of=panel-files`, rows: { 1: told } });

  it("are those that stand on the page and show the record", () => {
    expect(source()).toBe(`${address}?of=head&of=panel-files`);
    find("#panel-files").insertAdjacentHTML("afterend", panel("panel-changes", toCome));
    expect(source()).toBe(`${address}?of=head&of=panel-files`);
    find("#panel-changes").innerHTML = "<section>seen</section>";
    expect(source()).toBe(`${address}?of=head&of=panel-files&of=panel-changes`);
    document.body.innerHTML = "";
    expect(source()).toBe("");
  });

  it("take their places without asking, and what is left out asks", async () => {
    answers["/organisations/1/panels/files/"] = html("by itself");
    const heard = vi.fn();
    document.addEventListener("heard", (event) => heard([...(event as CustomEvent<Set<string>>).detail]), { once: true });
    bringAll({ head: head("new") });
    await settled();
    expect(["#head", "#panel-files", "#other"].map((id) => find(id).textContent)).toEqual(["new", "by itself", "old"]);
    expect(asked).toEqual(["/organisations/1/panels/files/"]);
    expect(heard).toHaveBeenCalledExactlyOnceWith(["organisations:1"]);
  });

  it("ask for nothing that has not come into view, unless its number is shown", async () => {
    find("#panel-files").outerHTML = panel("panel-a", toCome) + panel("panel-b", toCome.replace("<header>", '<header><i class="section__note">2</i>'));
    htmx.process(document.body);
    answers["/organisations/1/panels/b/"] = html("3");
    bringAll({ head: head("new") });
    await settled();
    expect(asked).toEqual(["/organisations/1/panels/b/"]);
  });

  it("ask, all of them, where the record is not there any more", async () => {
    bringAll(null);
    await settled();
    expect(asked).toEqual([`${address}?of=head&of=panel-files`, "/organisations/1/", "/organisations/1/panels/files/"]);
  });

  it("come once more after an older answer that was on its way", async () => {
    let come = (_: Response) => {};
    const both = `${address}?of=head&of=panel-files`;
    answers[both] = () => new Promise((resolve) => (come = resolve));
    changed("head", "panel-files");
    await settled();
    const older = come;
    bringAll({ head: head("newest") });
    await settled();
    answers[both] = json({ head: head("newest"), "panel-files": "newest" });
    older(new Response(JSON.stringify({ head: head("older"), "panel-files": "older" })));
    await settled();
    expect(asked).toEqual([both, both]);
    expect([find("#head").textContent, find("#panel-files").textContent]).toEqual(["newest", "newest"]);
  });
});
