import { keptInBrowser } from '../../shared/state/kept.ts';

const KEPT = 'firstcome.sound';

let context: AudioContext | undefined;

export function isSoundOn(): boolean {
  return keptInBrowser.read(KEPT) !== 'off';
}

export function setSoundOn(isOn: boolean): void {
  keptInBrowser.write(KEPT, isOn ? 'on' : 'off');
  if (isOn) armChime();
}

/** Browsers let a page sound only after the person has touched it: call on a touch. */
export function armChime(): void {
  if (!isSoundOn()) return;
  context ??= new AudioContext();
  void context.resume().catch(() => undefined);
}

/** Three rising notes; silent where the browser does not allow it. */
export function playChime(): void {
  if (!isSoundOn() || context?.state !== 'running') return;
  for (const [index, frequency] of [523.25, 659.25, 783.99].entries()) {
    const [oscillator, gain] = [context.createOscillator(), context.createGain()];
    const from = context.currentTime + index * 0.18;
    oscillator.frequency.value = frequency;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(0.25, from + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.001, from + 0.6);
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(from + 0.65);
  }
}
