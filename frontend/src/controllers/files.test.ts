import { beforeEach, expect, it, vi } from "vitest";

import { find, page, server, settled } from "../testing/page.ts";
import FilesController from "./files.ts";

const panel = `<main><h1>Molkerei</h1><div id="panel-files" hx-get="/panel/" hx-trigger="stale" hx-swap="innerMorph">
  <section data-controller="files" data-files-url-value="/organisations/17/files/" data-files-largest-value="10"
    data-files-too-large-value="„{name}“ ist zu groß." data-files-dismiss-value="Schließen">
  <input type="file" multiple data-files-target="input">
  <a href="/f/1/view/" data-shows="picture" data-action="files#show">Plan.png</a><a href="/f/2/view/" data-shows="pdf" data-action="files#show">Angebot.pdf</a>
  <ul id="uploads" data-files-target="uploads"></ul><p data-files-target="zone"></p>
  <dialog data-files-target="viewer"><h2></h2><a data-files-target="save"></a><div data-files-target="body"></div>
    <button data-action="files#next">Nächste</button></dialog></section></div></main>`;

class Request extends EventTarget {
  static all: Request[] = [];
  headers: Record<string, string> = {};
  upload = new EventTarget();
  responseText = "";
  constructor() {
    super();
    Request.all.push(this);
  }
  open = vi.fn();
  send = vi.fn();
  setRequestHeader = (name: string, value: string) => (this.headers[name] = value);
  async answer(told: unknown): Promise<void> {
    this.responseText = typeof told === "string" ? told : JSON.stringify(told);
    this.dispatchEvent(new Event("load"));
    await settled();
  }
}

function choose(...names: string[]): void {
  const files = names.map((name) => new File([name.startsWith("groß") ? "x".repeat(11) : "x"], name));
  Object.defineProperty(find("input"), "files", { value: files, configurable: true });
  Object.defineProperty(find("input"), "value", { value: "", writable: true, configurable: true });
  find("input").dispatchEvent(new Event("change"));
}

const rows = () => [...document.querySelectorAll("#uploads li")].map((row) => row.querySelector("span")!.textContent);

beforeEach(async () => {
  Request.all = [];
  vi.stubGlobal("XMLHttpRequest", Request);
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  document.cookie = "csrftoken=geheim";
  server({ "GET /panel/": { status: 204 } });
  await page(panel, { files: FilesController });
});

it("sends files one after another, with the token and their progress", async () => {
  choose("a.pdf", "b.pdf");
  expect(Request.all).toHaveLength(1);
  expect(Request.all[0]!.headers).toMatchObject({ "X-CSRFToken": "geheim", Accept: "application/json" });
  Request.all[0]!.upload.dispatchEvent(Object.assign(new Event("progress"), { lengthComputable: true, loaded: 30, total: 120 }));
  expect(find<HTMLProgressElement>("progress").value).toBe(25);
  await Request.all[0]!.answer({ remarks: [], errors: [] });
  expect(rows()).toEqual(["b.pdf"]);
  await Request.all[1]!.answer({ remarks: [], errors: [] });
  expect(rows()).toEqual([]);
});

it("leaves what was refused or odd until it is dismissed", async () => {
  choose("groß.pdf", "leer.txt", "Bild.png");
  await Request.all[0]!.answer({ errors: ["„leer.txt“ ist leer."] });
  await Request.all[1]!.answer({ remarks: ["Bild.png: Der Inhalt ist: Webseite."], errors: [] });
  expect(Request.all).toHaveLength(2);
  expect(rows()).toEqual(["„groß.pdf“ ist zu groß.", "„leer.txt“ ist leer.", "Bild.png: Der Inhalt ist: Webseite."]);
  find("#uploads button").click();
  expect(rows()).toHaveLength(2);
});

it("goes on when the server answers with something else", async () => {
  choose("a.pdf", "b.pdf");
  await Request.all[0]!.answer("<h1>502</h1>");
  expect(rows()).toEqual(["b.pdf"]);
  expect(Request.all).toHaveLength(2);
});

it("takes what is dropped anywhere on the page, but not what is meant for a field", () => {
  const drop = (on: Element) => {
    const event = Object.assign(new Event("drop", { bubbles: true, cancelable: true }), {
      dataTransfer: { types: ["Files"], files: [new File(["x"], "Plan.pdf")] },
    });
    on.dispatchEvent(event);
    return event.defaultPrevented;
  };
  expect(drop(find("input"))).toBe(false);
  expect(drop(find("h1"))).toBe(true);
  expect(rows()).toEqual(["Plan.pdf"]);
});

it("shows pictures and PDFs in the viewer and goes from one to the next", () => {
  find("a[data-shows=picture]").click();
  expect(find<HTMLDialogElement>("dialog").open).toBe(true);
  expect(find("h2").textContent).toBe("Plan.png");
  expect(find<HTMLImageElement>("dialog img").getAttribute("src")).toContain("/f/1/view/");
  expect(find<HTMLAnchorElement>("[data-files-target=save]").href).toMatch(/\/f\/1\/$/);
  find("dialog button").click();
  expect(find<HTMLIFrameElement>("dialog iframe").title).toBe("Angebot.pdf");
});
