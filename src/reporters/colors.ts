import kleur from "kleur";

type Paint = (text: string) => string;
type Colors = Record<"bold" | "dim" | "red" | "yellow" | "green" | "cyan", Paint>;

const plain: Paint = (text) => text;
const PLAIN: Colors = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };

const painted =
  (name: keyof Colors): Paint =>
  (text) => {
    kleur.enabled = true;
    return kleur[name](text);
  };
const COLORED: Colors = {
  bold: painted("bold"),
  dim: painted("dim"),
  red: painted("red"),
  yellow: painted("yellow"),
  green: painted("green"),
  cyan: painted("cyan"),
};

export function createColors(color: boolean): Colors {
  return color ? COLORED : PLAIN;
}
