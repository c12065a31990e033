import { beforeEach, describe, expect, it, vi } from "vitest";

import { type Asked, find, page, press, server, settled } from "../testing/page.ts";
import EditorController from "./editor.ts";
import GridController, { addressOf } from "./grid.ts";

const FIELDS = "/organisations/17/fields";

function editor(field: string, value: string, { refused = "" } = {}): string {
  const reason = refused && `<p role="alert">${refused}</p>`;
  return `<td class="cell-edit" id="r17-${field}" data-field="${field}" hx-morph-skip data-controller="editor">
    <form hx-put="${FIELDS}/${field}/" hx-target="closest td" hx-swap="outerHTML" novalidate>
    <input name="${field}" value="${value}"><input type="hidden" name="seen" value="030 1">${reason}</form></td>`;
}

const plain = (field: string, value: string) => `<td id="r17-${field}" data-field="${field}">${value}</td>`;

const TABLE = `
  <table class="table" role="grid" data-controller="grid"><tbody>
    <tr id="r17" data-record="organisations:17">
      <td class="table__check"><input class="check" type="checkbox" name="id" value="17"></td>
      <th scope="row" id="r17-name" data-field="name"><a href="#r17">Alfreds Futterkiste</a></th>
      ${plain("phone", "030 1")}<td>berechnet</td>${plain("mail", "a@example.org")}</tr>
    <tr id="r18" data-record="organisations:18">
      <td class="table__check"><input class="check" type="checkbox" name="id" value="18"></td>
      <th scope="row"><a href="#r18">Königlich Essen</a></th>
      <td id="r18-phone" data-field="phone"></td><td></td><td id="r18-mail" data-field="mail"></td></tr>
  </tbody></table>`;

describe("a table", () => {
  let asked: Asked[];

  beforeEach(async () => {
    asked = server({
      [`GET ${FIELDS}/phone/`]: editor("phone", "030 1"),
      [`GET ${FIELDS}/phone/?show`]: plain("phone", "030 1"),
      [`PUT ${FIELDS}/phone/`]: plain("phone", "030 2"),
      [`GET ${FIELDS}/mail/`]: editor("mail", "a@example.org"),
    });
    await page(TABLE, { grid: GridController, editor: EditorController });
  });

  it("knows the address of a field", () => {
    expect(addressOf(find("#r17-phone"))).toBe(`${FIELDS}/phone/`);
  });

  it("can be entered with Tab at one place", () => {
    expect([...document.querySelectorAll("[tabindex='0']")].map((cell) => cell.id)).toEqual(["r17-name"]);
  });

  it("opens the editor of a cell that is clicked, and selects its text", async () => {
    find("#r17-phone").click();
    await settled();
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET ${FIELDS}/phone/`]);
    expect(asked[0]!.headers["HX-Target"]).toBe("td#r17-phone");
    expect(document.activeElement).toBe(find("#r17-phone input"));
  });

  it("edits a number instead of calling it, unless one means to", async () => {
    find("#r17-phone").innerHTML = `<a href="tel:+49301">030 1</a>`;
    const click = (options: MouseEventInit = {}) => {
      const event = new MouseEvent("click", { bubbles: true, cancelable: true, ...options });
      find("#r17-phone a").dispatchEvent(event);
      return event.defaultPrevented;
    };
    document.addEventListener("click", (event) => event.preventDefault(), { once: true }); // jsdom calls nobody
    click({ ctrlKey: true });
    expect(asked).toEqual([]);
    expect(click()).toBe(true);
    await settled();
    expect(document.activeElement).toBe(find("#r17-phone input"));
  });

  it("follows the link of the row where nothing can be edited", () => {
    const follow = vi.fn((event: Event) => event.preventDefault());
    find("#r17 a").addEventListener("click", follow);
    find("#r17 td:nth-child(4)").click();
    expect(follow).toHaveBeenCalledOnce();
  });

  it("moves by arrows, Home and End, past the check boxes", () => {
    find("#r17-name").focus();
    press("ArrowRight");
    expect(document.activeElement?.id).toBe("r17-phone");
    press("ArrowDown");
    expect(document.activeElement?.id).toBe("r18-phone");
    press("End");
    expect(document.activeElement?.id).toBe("r18-mail");
    press("Home", { ctrlKey: true });
    expect(document.activeElement?.id).toBe("r17-name");
    press("ArrowLeft");
    expect(document.activeElement?.id).toBe("r17-name");
  });

  it("selects the row with Space", () => {
    find("#r17-phone").focus();
    find("#r17-phone").tabIndex = 0;
    press(" ", { on: find("#r17-phone") });
    expect(find<HTMLInputElement>("#r17 .check").checked).toBe(true);
  });

  it("saves with Enter and stays", async () => {
    press("F2", { on: find("#r17-phone") });
    await settled();
    find<HTMLInputElement>("#r17-phone input").value = "030 2";
    press("Enter");
    await settled();
    expect(asked.at(-1)).toMatchObject({ method: "PUT", url: `${FIELDS}/phone/`, body: "phone=030+2&seen=030+1" });
    expect(find("#r17-phone").textContent).toBe("030 2");
    expect(document.activeElement?.id).toBe("r17-phone");
  });

  it("saves with Tab and opens the next field", async () => {
    press("Enter", { on: find("#r17-phone") });
    await settled();
    find<HTMLInputElement>("#r17-phone input").value = "030 2";
    press("Tab");
    await settled();
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `GET ${FIELDS}/phone/`,
      `PUT ${FIELDS}/phone/`,
      `GET ${FIELDS}/mail/`,
    ]);
    expect(document.activeElement).toBe(find("#r17-mail input"));
  });

  it("sends nothing for what was not changed", async () => {
    press("Enter", { on: find("#r17-phone") });
    await settled();
    press("Enter");
    await settled();
    expect(asked.map(({ method }) => method)).toEqual(["GET", "GET"]);
    expect(find("#r17-phone").textContent).toBe("030 1");
  });

  it("fetches the present value with Esc", async () => {
    press("Enter", { on: find("#r17-phone") });
    await settled();
    find<HTMLInputElement>("#r17-phone input").value = "verschrieben";
    press("Escape");
    await settled();
    expect(asked.at(-1)).toMatchObject({ method: "GET", url: `${FIELDS}/phone/?show` });
    expect(document.activeElement?.id).toBe("r17-phone");
  });
});

describe("a refused value", () => {
  it("stays open with its reason, and goes out again with a second Enter", async () => {
    const refused = { status: 422, text: editor("phone", "x", { refused: "Das ist keine Nummer." }) };
    const asked = server({ [`GET ${FIELDS}/phone/`]: editor("phone", "030 1"), [`PUT ${FIELDS}/phone/`]: refused });
    await page(TABLE, { grid: GridController, editor: EditorController });
    press("Enter", { on: find("#r17-phone") });
    await settled();
    find<HTMLInputElement>("#r17-phone input").value = "x";
    press("Tab");
    await settled();
    expect(find("#r17-phone [role=alert]").textContent).toBe("Das ist keine Nummer.");
    expect(document.activeElement).toBe(find("#r17-phone input"));
    press("Enter");
    await settled();
    expect(asked.map(({ method }) => method)).toEqual(["GET", "PUT", "PUT"]);
  });
});

describe("a list of fields", () => {
  it("moves up and down and opens with Enter", async () => {
    const asked = server({});
    await page(
      `<dl class="fields" data-controller="grid" data-record="organisations:17">
        <div><dt>Telefon</dt><dd id="f17-phone" data-field="phone">030 1</dd></div>
        <div><dt>Mail</dt><dd id="f17-mail" data-field="mail">a@example.org</dd></div></dl>`,
      { grid: GridController },
    );
    find("#f17-phone").focus();
    press("ArrowDown");
    expect(document.activeElement?.id).toBe("f17-mail");
    press("Enter");
    await settled();
    expect(asked[0]).toMatchObject({ url: `${FIELDS}/mail/`, headers: { "HX-Target": "dd#f17-mail" } });
  });
});
