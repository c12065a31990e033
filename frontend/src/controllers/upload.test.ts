import { beforeEach, expect, it, vi } from "vitest";

import { find, page, settled } from "../testing/page.ts";
import UploadController from "./upload.ts";

const form = (error = "") => `<form id="upload" action="/organisations/import/" data-controller="upload"><label data-upload-target="zone">
  <input type="file" name="file" data-upload-target="input"></label><progress max="100" value="0" hidden data-upload-target="progress"></progress>
  <p role="alert" data-upload-target="error">${error}</p></form>`;

class Request extends EventTarget {
  static last: Request;
  headers: Record<string, string> = {};
  upload = new EventTarget();
  responseText = "";
  redirect: string | null = null;
  constructor() {
    super();
    Request.last = this;
  }
  open = vi.fn();
  send = vi.fn();
  abort = vi.fn();
  setRequestHeader = (name: string, value: string) => (this.headers[name] = value);
  getResponseHeader = () => this.redirect;
}

beforeEach(async () => {
  vi.stubGlobal("XMLHttpRequest", Request);
  document.cookie = "csrftoken=geheim";
  await page(form(), { upload: UploadController });
  const file = new File(["Name\nAlfreds Futterkiste\n"], "kunden.csv");
  Object.defineProperty(find("input"), "files", { value: [file], configurable: true });
  find("input").dispatchEvent(new Event("change"));
});

it("sends the file at once, with the token and its progress", () => {
  expect(Request.last.headers).toMatchObject({ "X-CSRFToken": "geheim", "HX-Request": "true", "HX-Target": "form#upload" });
  expect(Request.last.send).toHaveBeenCalledOnce();
  Request.last.upload.dispatchEvent(Object.assign(new Event("progress"), { lengthComputable: true, loaded: 30, total: 120 }));
  const progress = find<HTMLProgressElement>("progress");
  expect([progress.hidden, progress.value]).toEqual([false, 25]);
});

it("shows the form again when the file is refused", async () => {
  Request.last.responseText = form("Die Datei ist leer.");
  Request.last.dispatchEvent(new Event("load"));
  await settled();
  expect(find("[role=alert]").textContent).toBe("Die Datei ist leer.");
  expect(document.activeElement).toBe(find("input"));
});
