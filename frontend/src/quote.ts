/**
 * The page of a quote for its recipient: counts anew when an option is ticked, and lets one draw a signature. Without
 * this script the page does all of that, too, with a button and a typed name.
 */
import { Strokes } from "./strokes.ts";

const FIELDS = ["#sum", "#total", "main .paper"] as const;

/** Fetch the page with what is ticked, and take over what depends on it. */
async function recount(form: HTMLFormElement): Promise<void> {
  const asked = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
  const answer = await fetch(`${form.action}?${asked}`, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const selector of FIELDS.slice(0, 2)) {
    const [now, then] = [document.querySelector(selector), page.querySelector(selector)];
    if (now && then) now.replaceChildren(...then.childNodes);
  }
  for (const line of page.querySelectorAll<HTMLElement>(".position[data-kind=option]")) {
    const here = document.getElementById(line.id);
    if (line.dataset.state) here?.setAttribute("data-state", line.dataset.state);
    else here?.removeAttribute("data-state");
  }
  const signing = document.querySelector<HTMLFormElement>("form[data-signing]");
  signing?.querySelectorAll("[data-taken]").forEach((old) => old.remove());
  page.querySelectorAll<HTMLInputElement>("[data-taken]").forEach((fresh) => signing?.prepend(fresh));
}

function prepareSigning(form: HTMLFormElement): void {
  const field = form.querySelector<HTMLElement>("[data-sign]");
  const canvas = field?.querySelector("canvas");
  const hidden = form.querySelector<HTMLInputElement>("[name=drawing]");
  const pen = canvas?.getContext("2d");
  if (!field || !canvas || !hidden || !pen) return;
  field.hidden = false;
  const strokes = new Strokes();
  const show = (): void => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: 7, lineCap: "round", lineJoin: "round", strokeStyle: "#14213d" });
    const scale = canvas.width / Strokes.WIDTH;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.lineWidth = 3.5;
    pen.stroke(new Path2D(strokes.path));
    pen.setTransform(1, 0, 0, 1, 0, 0);
    hidden.value = strokes.path;
  };
  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.x) / box.width) * Strokes.WIDTH, ((event.clientY - box.y) / box.height) * Strokes.HEIGHT];
  };
  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    strokes.begin(...at(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId) && strokes.goOn(...at(event))) show();
  });
  canvas.addEventListener("pointerup", (event) => canvas.releasePointerCapture(event.pointerId));
  form.querySelector("[data-clear]")?.addEventListener("click", () => {
    strokes.clear();
    show();
  });
}

const choice = document.querySelector<HTMLFormElement>("#choice");
if (choice) {
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    if (input.form === choice) void recount(choice);
  });
}
document.querySelectorAll<HTMLFormElement>("form[data-signing]").forEach(prepareSigning);
