import { beforeEach, describe, expect, it } from "vitest";

import { type Asked, find, page, press, server, settled } from "../testing/page.ts";
import EditorController from "./editor.ts";

const ADDRESS = "/organisations/17/fields/lifecycle/";
const cell = (control: string) => `<button id="elsewhere">x</button>
  <dl><dd class="cell-edit" id="f17-lifecycle" data-field="lifecycle" hx-morph-skip data-controller="editor">
    <form hx-put="${ADDRESS}" hx-target="closest dd" hx-swap="outerHTML" novalidate>${control}<input type="hidden" name="seen" value="lead"></form></dd></dl>`;
const SELECT = `<select name="lifecycle"><option value="lead" selected>Interessent</option><option value="customer">Kunde</option></select>`;

const methods = (asked: Asked[]) => asked.map(({ method, url }) => `${method} ${url}`);

describe("an editor", () => {
  let asked: Asked[];
  let left: number[];

  beforeEach(() => {
    const plain = `<dd id="f17-lifecycle" data-field="lifecycle">Kunde</dd>`;
    asked = server({ [`PUT ${ADDRESS}`]: plain, [`GET ${ADDRESS}?show`]: plain });
    left = [];
    const note = (event: Event) => left.push((event as CustomEvent).detail.step);
    document.body.addEventListener("editor:leave", note);
    return () => document.body.removeEventListener("editor:leave", note);
  });

  it("saves when one goes elsewhere", async () => {
    await page(cell(`<input name="lifecycle" value="lead">`), { editor: EditorController });
    find<HTMLInputElement>("[name=lifecycle]").value = "customer";
    find("#elsewhere").focus();
    await settled();
    expect(methods(asked)).toEqual([`PUT ${ADDRESS}`]);
    expect(document.activeElement).toBe(find("#elsewhere"));
  });

  it("saves a choice of the mouse at once, but not one of the arrows", async () => {
    await page(cell(SELECT), { editor: EditorController });
    const select = find<HTMLSelectElement>("select");
    select.value = "customer";
    press("ArrowDown", { on: select });
    select.dispatchEvent(new Event("change", { bubbles: true }));
    expect(asked).toEqual([]);
    select.dispatchEvent(new Event("pointerdown", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await settled();
    expect(methods(asked)).toEqual([`PUT ${ADDRESS}`]);
  });

  it("leaves Enter to a text of several lines, and files it with Ctrl", async () => {
    await page(cell(`<textarea name="lifecycle">a</textarea>`), { editor: EditorController });
    find<HTMLTextAreaElement>("textarea").value = "a\nb";
    expect(press("Enter").defaultPrevented).toBe(false);
    press("Enter", { ctrlKey: true });
    await settled();
    expect(methods(asked)).toEqual([`PUT ${ADDRESS}`]);
  });

  it("goes through its own inputs with Tab before it is left", async () => {
    await page(cell(`<input name="a" value="1"><input name="b" value="2">`), { editor: EditorController });
    expect(press("Tab").defaultPrevented).toBe(false);
    find("[name=b]").focus();
    press("Tab");
    await settled();
    expect(methods(asked)).toEqual([`GET ${ADDRESS}?show`]);
    expect(left).toEqual([1]);
  });

  it("sends only once for Enter, and the focus that goes with it", async () => {
    await page(cell(`<input name="lifecycle" value="lead">`), { editor: EditorController });
    find<HTMLInputElement>("[name=lifecycle]").value = "customer";
    press("Enter");
    find("#elsewhere").focus();
    await settled();
    expect(methods(asked)).toEqual([`PUT ${ADDRESS}`]);
  });
});
