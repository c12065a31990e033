/**
 * Rows and cards that came without being asked for: they take their places as if each had been fetched.
 *
 * <main data-rows="/organisations/{id}/row/">   <tr data-record="organisations:17" hx-get="/organisations/17/row/" hx-trigger="stale" hx-swap="outerMorph">
 *
 * A row that is not there for its reader any more comes as null. Whatever else shows the record asks for its part; boards hear of their
 * cards by `arrived` on the document, others by `heard`, as of everything that changed.
 */
import htmx, { type HtmxEvent, type HtmxRequestCtx } from "htmx.org";

export interface Rows {
  /** Where a row would be fetched, with `{id}` in the place of its record's. */
  source: string;
  rows: Record<string, string | null>;
}

htmx.on("htmx:before:request", (event) => {
  const ctx = (event as HtmxEvent<"htmx:before:request">).detail.ctx as HtmxRequestCtx & { fetch: unknown };
  const brought = (ctx.sourceEvent as CustomEvent<{ brought?: Response } | null> | undefined)?.detail?.brought;
  if (brought) ctx.fetch = async () => brought;
});

export interface Columns {
  source: string;
  /** Of a board of which very much has changed: what stands in each column now, by its key. */
  columns: Record<string, string>;
}

/** What the server would have answered. */
function answer(row: Element, html: string | null): Response {
  if (html !== null) return new Response(html);
  return new Response(`<hx-partial hx-target="#${CSS.escape(row.id)}" hx-swap="delete"></hx-partial>`, { status: 404 });
}

/** Takes in what a stream brought: `{"source": "/organisations/{id}/row/", "rows": {"17": "<tr …", "18": null}}`. */
export function take({ source, rows }: Rows): void {
  const kind = source.split("/")[1]!;
  const names = new Set<string>();
  for (const [id, html] of Object.entries(rows)) {
    names.add(`${kind}:${id}`);
    const address = source.replace("{id}", id);
    for (const element of document.querySelectorAll<HTMLElement>(`[data-record="${kind}:${id}"]`)) {
      const isRow = element.getAttribute("hx-get") === address;
      htmx.trigger(element, "stale", isRow ? { brought: answer(element, html) } : {}, false);
    }
  }
  if (!document.dispatchEvent(new CustomEvent("arrived", { detail: { source, rows }, cancelable: true }))) return;
  document.dispatchEvent(new CustomEvent("heard", { detail: names }));
}
