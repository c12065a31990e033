import { beforeEach, expect, it, vi } from "vitest";

import { find, page, press, settled } from "../testing/page.ts";
import ArrangeController from "./arrange.ts";

const item = (name: string) => `<li class="item" data-field="${name}"><button data-grip>⠿</button><span class="item__label">${name}</span><button data-action="arrange#hide">x</button></li>`;
const block = (key: string, fields: string[]) => `<article class="block" data-block="section" data-key="${key}" data-name="${key}">
  <header><button data-grip>⠿</button><h3>${key}</h3><button data-action="arrange#settings" aria-expanded="false">…</button><button data-action="arrange#remove">x</button></header>
  <div class="block__settings" hidden><input data-part="de" lang="de"><input data-part="en" lang="en"><input type="checkbox" data-part="collapsed"><textarea data-part="when"></textarea><p class="field__error" hidden></p></div>
  <ul data-zone="fields" data-kind="fields" data-name="${key}">${fields.map(item).join("")}</ul></article>`;
const panel = `<article class="block" data-block="panel" data-key="files" data-name="Dateien"><header><button data-grip>⠿</button><h3>Dateien</h3><button data-action="arrange#settings" aria-expanded="false">…</button><button data-action="arrange#remove">x</button></header>
  <div class="block__settings" hidden><textarea data-part="when"></textarea><p class="field__error" hidden></p></div></article>`;
const words = { taken: "{what} aufgenommen", moved: "{what}: {place}, {n} von {all}", put: "{what} abgelegt: {place}", back: "{what} zurück", newSection: "Neuer Abschnitt" };
const place = (name: string, inner = "") => `<section><div data-zone="${name}" data-kind="blocks" data-name="${name}">${inner}</div><button data-action="arrange#add">+</button></section>`;
const editor = `<form id="arrange" data-controller="arrange" data-arrange-words-value='${JSON.stringify(words)}'><input type="hidden" name="seen" value="3"><input type="hidden" name="layout">
  <ul data-zone="header" data-kind="fields" data-name="Kopf">${item("owner")}</ul>
  ${place("wide")}${place("facts", block("one", ["phone", "mail"]) + block("two", ["city"]))}${place("history")}${place("business", panel)}
  <ul data-zone="beside" data-kind="fields" data-name="daneben"></ul><div data-zone="beside-panels" data-kind="blocks" data-name="daneben"></div>
  <div id="arrange-answer"></div><p data-arrange-target="voice"></p><template data-arrange-target="blank">${block("", [])}</template></form>`;

const grip = (selector: string) => find<HTMLElement>(`${selector} [data-grip]`);
const fields = (selector: string) => [...find(selector).querySelectorAll<HTMLElement>(".item")].map((each) => each.dataset.field);

function sent(): { header: string[]; places: Record<string, Record<string, unknown>[]>; hidden: Record<string, string[]> } {
  find("form").dispatchEvent(new Event("submit", { cancelable: true }));
  return JSON.parse(find<HTMLInputElement>("[name=layout]").value);
}

beforeEach(async () => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  await page(editor, { arrange: ArrangeController });
});

it("carries a field by keyboard, beyond the end of its section into the next", () => {
  grip("[data-field=mail]").focus();
  press(" ");
  expect(find("[data-arrange-target=voice]").textContent).toBe("mail aufgenommen");
  press("ArrowDown");
  expect(fields("[data-key=two]")).toEqual(["mail", "city"]);
  expect(find("[data-arrange-target=voice]").textContent).toBe("mail: two, 1 von 2");
  expect(document.activeElement).toBe(grip("[data-field=mail]"));
  press("ArrowDown");
  press(" ");
  expect(fields("[data-key=two]")).toEqual(["city", "mail"]);
  press("ArrowUp");
  expect(fields("[data-key=two]")).toEqual(["city", "mail"]);
});

it("puts it back with Escape", () => {
  grip("[data-field=phone]").focus();
  press(" ");
  press("ArrowLeft");
  expect(fields("[data-zone=header]")).toEqual(["phone", "owner"]);
  press("Escape");
  expect(fields("[data-key=one]")).toEqual(["phone", "mail"]);
});

it("carries a section to another column, but never off the page", () => {
  grip("[data-key=two]").focus();
  press(" ");
  press("ArrowRight");
  press("ArrowRight");
  press("ArrowRight");
  press("ArrowRight");
  press("Enter");
  expect(sent().places.business!.map((each) => each.section ?? each.panel)).toEqual(["two", "files"]);
});

it("sends what stands where", () => {
  find<HTMLInputElement>("[data-key=one] [data-part=de]").value = " Erreichbar ";
  find<HTMLInputElement>("[data-key=one] [data-part=collapsed]").checked = true;
  find<HTMLTextAreaElement>("[data-key=files] [data-part=when]").value = "city = X";
  find("[data-field=mail] [data-action]").click();
  find("[data-key=two] [data-action='arrange#remove']").click();
  expect(sent()).toEqual({
    header: ["owner"],
    places: {
      wide: [],
      facts: [{ section: "one", title: { de: "Erreichbar", en: "" }, fields: ["phone"], collapsed: true, when: "" }],
      history: [],
      business: [{ panel: "files", when: "city = X" }],
    },
    hidden: { fields: ["mail", "city"], panels: [] },
  });
});

it("takes a panel off the page and has it wait beside it", () => {
  find("[data-key=files] [data-action='arrange#remove']").click();
  expect(sent().hidden).toEqual({ fields: [], panels: ["files"] });
});

it("adds a section, with its title first", () => {
  find("[data-zone=wide] + button").click();
  const title = find<HTMLInputElement>("[data-zone=wide] [data-part=de]");
  expect(document.activeElement).toBe(title);
  title.value = "Wichtig";
  title.dispatchEvent(new Event("input", { bubbles: true }));
  expect(find("[data-zone=wide] h3").textContent).toBe("Wichtig");
  expect(sent().places.wide![0]!.section).toMatch(/^own-/);
});

it("brings what was refused to its place", async () => {
  find("#arrange-answer").innerHTML = '<p data-for="two" data-start="2" data-end="4"><span>Kein solches Feld.</span></p>';
  const input = find<HTMLTextAreaElement>("[data-key=two] [data-part=when]");
  input.value = "a xy";
  find("form").dispatchEvent(new CustomEvent("htmx:after:swap"));
  await settled();
  expect(find("[data-key=two] .field__error").textContent).toBe("Kein solches Feld.");
  expect([input.selectionStart, input.selectionEnd, document.activeElement]).toEqual([2, 4, input]);
  expect(find("#arrange-answer").childNodes).toHaveLength(0);
});

it("overwrites what somebody else has saved", () => {
  find("#arrange-answer").innerHTML = '<button type="button" data-action="arrange#overwrite" data-version="7">Überschreiben</button>';
  const submit = vi.spyOn(find<HTMLFormElement>("form"), "requestSubmit").mockImplementation(() => {});
  return settled().then(() => {
    find("#arrange-answer button").click();
    expect(find<HTMLInputElement>("[name=seen]").value).toBe("7");
    expect(submit).toHaveBeenCalled();
  });
});
