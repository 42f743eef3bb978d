type Circle = {
  readonly kind: 'circle';
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: number;
  readonly opacity: number;
  readonly isRing: boolean;
};

type Stroke = {
  readonly kind: 'stroke';
  readonly path: string;
  readonly size: number;
  readonly colour: number;
  readonly opacity: number;
};

export type PosterArt = {
  /** Two of the ground, two of the stats. */
  readonly colours: readonly [string, string, string, string];
  readonly slant: number;
  readonly shapes: readonly (Circle | Stroke)[];
};

const PALETTES: readonly PosterArt['colours'][] = [
  ['#2a1a6b', '#d63a8a', '#ffd166', '#ffe9f2'],
  ['#06324a', '#1b8a8f', '#ffe29a', '#d9fff4'],
  ['#3b0a2a', '#e2512e', '#ffc145', '#fff1d6'],
  ['#101a3f', '#3f5bd8', '#9ff0e0', '#f4f1ff'],
  ['#0d3326', '#3f9a58', '#f5e663', '#eaffe8'],
  ['#301042', '#8a3fd1', '#ff9ecb', '#fdeaff'],
  ['#4a1620', '#b8324b', '#ffb48a', '#ffeede'],
  ['#0f2233', '#536f9c', '#ffd5a8', '#eef4ff'],
];

/** FNV-1a, 32 bits, as the seed; then mulberry32, which is enough for pictures. */
function chanceFrom(text: string): () => number {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A composition for each kind of event: rays, waves, windows, strings. */
export function posterArt(id: string, category: string): PosterArt {
  const chance = chanceFrom(id);
  const colours = PALETTES[Math.floor(chance() * PALETTES.length)] ?? PALETTES[0]!;
  const compose = COMPOSITIONS[category] ?? rings;
  return { colours, slant: chance(), shapes: compose(chance) };
}

type Chance = () => number;

const round = (value: number): number => Math.round(value * 10) / 10;

function circle(x: number, y: number, size: number, look: Partial<Circle> = {}): Circle {
  const place = { x: round(x), y: round(y), size: round(size) };
  return { kind: 'circle', ...place, colour: 2, opacity: 0.9, isRing: false, ...look };
}

function stroke(path: string, size: number, look: Partial<Stroke> = {}): Stroke {
  return { kind: 'stroke', path, size: round(size), colour: 3, opacity: 0.5, ...look };
}

function rings(chance: Chance): PosterArt['shapes'] {
  const [x, y] = [60 + chance() * 180, 90 + chance() * 150];
  const step = 22 + chance() * 14;
  return [
    ...Array.from({ length: 11 }, (_, i) =>
      circle(x, y, 30 + i * step, { isRing: true, colour: 3, opacity: 0.5 - i * 0.035 }),
    ),
    circle(x, y, 24 + chance() * 30),
  ];
}

function waves(chance: Chance): PosterArt['shapes'] {
  const [height, width] = [18 + chance() * 30, 75 + chance() * 50];
  const lines = Array.from({ length: 9 }, (_, i) => {
    const y = 190 + i * 26;
    let path = `M${round(-width + i * 13)} ${y}`;
    for (let x = -width; x < 320; x += width)
      path += `q${round(width / 4)} ${round(-height)} ${round(width / 2)} 0t${round(width / 2)} 0`;
    return stroke(path, 3 + i * 1.3, { opacity: 0.18 + i * 0.06 });
  });
  return [circle(70 + chance() * 160, 110 + chance() * 40, 38 + chance() * 34), ...lines];
}

function rays(chance: Chance): PosterArt['shapes'] {
  const x = 60 + chance() * 180;
  const beams = Array.from({ length: 13 }, (_, i) => {
    const end = -150 + i * 50 + chance() * 24;
    return stroke(`M${round(x)} -20L${round(end)} 430`, 4 + chance() * 18, {
      opacity: 0.1 + chance() * 0.22,
      colour: i % 4 === 0 ? 2 : 3,
    });
  });
  return [...beams, circle(x, 320 + chance() * 40, 60 + chance() * 30)];
}

function dots(chance: Chance): PosterArt['shapes'] {
  const [x, y] = [chance() * 300, chance() * 400];
  return Array.from({ length: 9 * 12 }, (_, i) => {
    const [left, top] = [18 + (i % 9) * 33, 18 + Math.floor(i / 9) * 33];
    const near = Math.max(0, 1 - Math.hypot(left - x, top - y) / 330);
    return circle(left, top, 2 + near * 15, { opacity: 0.25 + near * 0.65, colour: near > 0.72 ? 2 : 3 });
  });
}

function strings(chance: Chance): PosterArt['shapes'] {
  const bend = 60 + chance() * 160;
  const lines = Array.from({ length: 16 }, (_, i) =>
    stroke(
      `M${i * 20} -10C${round(i * 20 + bend)} 130 ${round(i * 20 - bend)} 270 ${i * 20} 410`,
      1.5 + (i % 4),
      {
        opacity: 0.3 + (i % 3) * 0.12,
      },
    ),
  );
  return [...lines, circle(80 + chance() * 140, 120 + chance() * 160, 46 + chance() * 20, { opacity: 0.95 })];
}

const COMPOSITIONS: Readonly<Record<string, (chance: Chance) => PosterArt['shapes']>> = {
  concert: rings,
  musical: rays,
  play: dots,
  classical: strings,
  festival: waves,
};
