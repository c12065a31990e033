/**
 * Tells the stream what this window shows, so that it hears of nothing else, and where its reader is: on the page of a record, in an editor.
 *
 * <tr data-record="organisations:17">          shown
 * <main data-live="organisations:*">           wants to hear of every one of a kind (a board); without `:*` of very many at once
 * <main data-rows="/organisations/{id}/row/">  shows rows that can be sent to it (`shared.ts`)
 * <div data-parts="/organisations/17/parts/">  shows parts that can be sent to it (`parts.ts`)
 * <ul data-present="organisations:17">         the page of a record
 * <td class="cell-edit" data-field="phone">, <form data-record="organisations:17"><div class="field" data-field="phone">   edited
 *
 * Nothing is sent while nothing changes. Who has not touched the page for five minutes is not there any more.
 */
import { bring, type Parts, source as parts } from "./parts.ts";
import { type Columns, type Rows, take } from "./shared.ts";
import "./unsaved.ts";

const RESTS = 100;
const AWAY = 5 * 60_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel"];

let url = "";
let key = "";
let told = "";
let timer = 0;
let away = 0;
let isAway = false;

/** A stream has begun, under this key. */
export function begin(address: string, name: string): void {
  if (!url) {
    for (const event of ["htmx:after:swap", "focusin", "focusout"]) document.addEventListener(event, soon);
    for (const event of SIGNS) addEventListener(event, sign, { capture: true, passive: true });
    sign();
  }
  [url, key, told] = [address, name, ""];
  tell();
}

/** Rows, cards or parts of this page have come unasked. */
export function rows(news: string): void {
  const brought = JSON.parse(news) as Rows | Parts | Columns;
  if ("columns" in brought) document.dispatchEvent(new CustomEvent("columns", { detail: brought }));
  else if (isParts(brought)) bring(brought);
  else take(brought);
}

function isParts(brought: Rows | Parts): brought is Parts {
  return brought.source.includes("/parts/?");
}

/** The server asks for a sign of life. */
export function alive(): void {
  told = "";
  tell();
}

function soon(): void {
  timer ||= window.setTimeout(tell, RESTS);
}

function sign(): void {
  clearTimeout(away);
  away = window.setTimeout(() => rest(true), AWAY);
  if (isAway) rest(false);
}

function rest(now: boolean): void {
  isAway = now;
  tell();
}

function tell(): void {
  timer = 0;
  const shows = new Set<string>();
  for (const { dataset } of document.querySelectorAll<HTMLElement>("[data-record]")) shows.add(dataset.record!);
  for (const { dataset } of document.querySelectorAll<HTMLElement>("[data-live]")) for (const name of dataset.live!.split(" ")) shows.add(name);
  const at = isAway ? "" : (document.querySelector<HTMLElement>("[data-present]")?.dataset.present ?? "");
  const source = document.querySelector<HTMLElement>("[data-rows]")?.dataset.rows ?? parts();
  const body = JSON.stringify({ key, shows: [...shows], at, edits: isAway ? "" : edited(), source });
  if (body === told) return;
  told = body;
  // A stream that is gone comes again by itself, and with it this.
  fetch(url, { method: "POST", body, headers: { "Content-Type": "application/json" } }).catch(() => {});
}

/** "organisations:17 phone": the field in the editor that is open, or that has the focus in a form. */
function edited(): string {
  const field = document.querySelector<HTMLElement>(".cell-edit[data-field]") ?? document.activeElement?.closest<HTMLElement>("form[data-record] [data-field]");
  const record = field?.closest<HTMLElement>("[data-record]")?.dataset.record;
  return record ? `${record} ${field!.dataset.field}` : "";
}
