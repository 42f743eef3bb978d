import { correction, generate } from 'lean-qr';
import { toSvgSource } from 'lean-qr/extras/svg';

/** A text as a QR code in SVG, without any outside resource; medium correction survives a scratched screen. */
export function qrSvg(text: string): string {
  return toSvgSource(generate(text, { minCorrectionLevel: correction.M }), { on: 'black', off: 'white' });
}
