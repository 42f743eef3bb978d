import type { Verdict } from './door.ts';

let context: AudioContext | undefined;

/** To be called in a touch: browsers let a page sound only after one. */
export function allowSound(): void {
  context ??= new AudioContext();
  void context.resume();
}

/** Hertz, one after the other: up for in, twice the same for used, down and low for no. */
const TONES = { in: [660, 990], used: [440, 440, 440], no: [220, 165] } as const;
const TONE_S = 0.16;
/** Milliseconds of vibration and rest. */
const SHAKES = { in: [60], used: [120, 80, 120, 80, 120], no: [500] } as const;

/** Says a verdict to who does not look: by sound, and by vibration where the phone can. */
export function signal({ kind }: Verdict): void {
  const name = kind === 'in' ? 'in' : kind === 'used' ? 'used' : 'no';
  if ('vibrate' in navigator && navigator.userActivation.hasBeenActive) navigator.vibrate([...SHAKES[name]]);
  if (context?.state !== 'running') return;
  for (const [index, hertz] of TONES[name].entries()) sound(context, hertz, index * TONE_S * 1.4);
}

function sound(at: AudioContext, hertz: number, afterS: number): void {
  const start = at.currentTime + afterS;
  const tone = new OscillatorNode(at, { frequency: hertz, type: 'triangle' });
  const volume = new GainNode(at, { gain: 0 });
  volume.gain.linearRampToValueAtTime(0.5, start + 0.01);
  volume.gain.setTargetAtTime(0, start + TONE_S, 0.03);
  tone.connect(volume).connect(at.destination);
  tone.start(start);
  tone.stop(start + TONE_S * 2);
}
