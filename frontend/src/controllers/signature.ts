/** A field to sign in, with a finger, a pen or a mouse.
 *
 * <div data-controller="signature">
 *   <input type="hidden" name="drawing" data-signature-target="value">
 *   <canvas data-signature-target="field" data-action="pointerdown->signature#begin pointermove->signature#draw
 *     pointerup->signature#end pointercancel->signature#end"></canvas>
 *   <button type="button" data-action="signature#clear">
 * </div>
 */
import { Controller } from "@hotwired/stimulus";

export default class SignatureController extends Controller<HTMLElement> {
  static override targets = ["value", "field"];

  declare readonly valueTarget: HTMLInputElement;
  declare readonly fieldTarget: HTMLCanvasElement;
  private drawing = false;

  begin(event: PointerEvent): void {
    event.preventDefault();
    this.fieldTarget.setPointerCapture(event.pointerId);
    this.drawing = true;
    const pen = this.pen();
    pen.beginPath();
    pen.moveTo(...this.place(event));
  }

  draw(event: PointerEvent): void {
    if (!this.drawing) return;
    const pen = this.pen();
    pen.lineTo(...this.place(event));
    pen.stroke();
  }

  end(): void {
    if (!this.drawing) return;
    this.drawing = false;
    this.valueTarget.value = this.fieldTarget.toDataURL("image/png");
  }

  clear(): void {
    this.fieldTarget.getContext("2d")?.clearRect(0, 0, this.fieldTarget.width, this.fieldTarget.height);
    this.valueTarget.value = "";
  }

  private pen(): CanvasRenderingContext2D {
    const pen = this.fieldTarget.getContext("2d")!;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#12203a";
    return pen;
  }

  /** Where on the drawing: the field is shown smaller or larger than it is drawn. */
  private place(event: PointerEvent): [number, number] {
    const box = this.fieldTarget.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * this.fieldTarget.width,
      ((event.clientY - box.top) / box.height) * this.fieldTarget.height,
    ];
  }
}
