/**
 * What was pressed counts, although it moved away under the pointer before it was let go: panels come one after the other, colleagues
 * change rows, and what stood there a moment ago stands lower. The browser tells only what both had in common.
 */
const MEANT = "a[href], button, label, summary, input";
/** Pixels; whoever moves the pointer further has thought better of it. */
const STILL = 4;

let pressed: { on: HTMLElement; x: number; y: number } | null = null;

export function keepPressed(): void {
  addEventListener("pointerdown", ({ target, clientX: x, clientY: y }) => {
    const on = (target as Element).closest<HTMLElement>(MEANT);
    pressed = on && { on, x, y };
  }, true);
  addEventListener("click", bring, true);
}

function bring(event: MouseEvent): void {
  const meant = pressed;
  if (!meant || !event.detail) return; // that of a key, or of a script
  pressed = null;
  if (meant.on.contains(event.target as Node) || Math.hypot(event.clientX - meant.x, event.clientY - meant.y) > STILL) return;
  const isThere = meant.on.isConnected ? meant.on.checkVisibility() : meant.on.matches("a");
  if (!isThere) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  meant.on.dispatchEvent(new MouseEvent("click", event));
}
