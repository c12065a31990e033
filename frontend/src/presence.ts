/**
 * Shows who else is at a record: faces in the head of its page, and a mark where somebody edits. Fetched when the first of them is told of.
 *
 * <div id="live" data-edits="{name} bearbeitet gerade" data-here="{name} ist auch hier">
 * <ul class="present" data-present="organisations:17" role="list" hidden></ul>
 * <td id="r17-phone" data-field="phone" data-edited="Holger Timm bearbeitet gerade">   (drawn by the style sheet: the cell itself stays as it is)
 */
import "../styles/presence.css";

export interface Other {
  name: string;
  /** Their avatar, as the server draws it. */
  face: string;
  /** Names of fields. */
  edits: string[];
}

const there = new Map<string, Other[]>();
let isShowing = false;

/** For each record who is there now. */
export function tell(told: Record<string, Other[]>): void {
  for (const [record, others] of Object.entries(told)) {
    if (others.length) there.set(record, others);
    else there.delete(record);
  }
  if (!isShowing) document.addEventListener("htmx:after:swap", show);
  isShowing = true;
  show();
}

/** The stream begins anew, and tells anew. */
export function forget(): void {
  there.clear();
  show();
}

function show(): void {
  for (const list of document.querySelectorAll<HTMLElement>("[data-present]")) {
    const others = there.get(list.dataset.present!) ?? [];
    list.replaceChildren(...others.map(face));
    list.hidden = !others.length;
  }
  const marks = new Map<HTMLElement, string[]>();
  for (const [record, others] of there) {
    for (const { name, edits } of others) {
      for (const place of new Set(edits.flatMap((field) => placesOf(record, field)))) marks.set(place, [...(marks.get(place) ?? []), name]);
    }
  }
  for (const old of document.querySelectorAll<HTMLElement>("[data-edited]")) if (!marks.has(old)) delete old.dataset.edited;
  for (const [place, names] of marks) place.dataset.edited = words("edits", names.join(", "));
}

function face({ name, face: html, edits }: Other): HTMLLIElement {
  const line = document.createElement("li");
  line.innerHTML = html;
  const picture = line.firstElementChild as HTMLElement;
  picture.title = picture.ariaLabel = words(edits.length ? "edits" : "here", name);
  if (edits.length) line.dataset.state = "edits";
  return line;
}

/** Where a field is shown; a row or card without it stands for it. */
function placesOf(record: string, field: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-record=${JSON.stringify(record)}]`)].flatMap((place) => {
    const fields = [...place.querySelectorAll<HTMLElement>(`[data-field=${JSON.stringify(field)}]`)].filter((each) => each.closest("[data-record]") === place);
    if (fields.length) return fields;
    if (place.matches("tr")) return [place.querySelector<HTMLElement>("th")!];
    return place.matches(".deal") ? [place] : [];
  });
}

function words(which: "edits" | "here", name: string): string {
  return (document.getElementById("live")?.dataset[which] ?? "{name}").replace("{name}", name);
}
