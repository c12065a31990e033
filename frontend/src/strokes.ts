/** A drawing of strokes as the path of an SVG in a box of 600 × 200: whole numbers, M and L, nothing else. */
export class Strokes {
  static readonly WIDTH = 600;
  static readonly HEIGHT = 200;
  /** The server takes 40,000 characters. */
  static readonly LONGEST = 39_000;

  private parts: string[] = [];
  private last: [number, number] = [0, 0];
  private isBegun = false;

  get path(): string {
    return this.parts.join("");
  }

  begin(x: number, y: number): void {
    this.last = Strokes.inside(x, y);
    this.isBegun = true;
  }

  /** Go on to there; answers whether that made a difference. A stroke of one point is none. */
  goOn(x: number, y: number): boolean {
    const [here, there] = Strokes.inside(x, y);
    if (Math.abs(here - this.last[0]) + Math.abs(there - this.last[1]) < 3 || this.path.length > Strokes.LONGEST) return false;
    if (this.isBegun) this.parts.push(`M${this.last[0]} ${this.last[1]}`);
    this.isBegun = false;
    this.parts.push(`L${here} ${there}`);
    this.last = [here, there];
    return true;
  }

  clear(): void {
    this.parts = [];
  }

  private static inside(x: number, y: number): [number, number] {
    const within = (value: number, most: number): number => Math.round(Math.min(Math.max(value, 0), most));
    return [within(x, Strokes.WIDTH), within(y, Strokes.HEIGHT)];
  }
}
