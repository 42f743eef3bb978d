import { type PosterArt, posterArt } from './poster-art.ts';

/**
 * The picture of a concert, drawn from its id: sellers give no pictures, and none is fetched from elsewhere. The same
 * concert always looks the same.
 */
export function Poster({ id, category }: { readonly id: string; readonly category: string }) {
  const art = posterArt(id, category);
  const gradient = `poster-${id}`;
  return (
    <svg
      className="poster"
      viewBox="0 0 300 400"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
    >
      <defs>
        <linearGradient id={gradient} x1="0" y1="0" x2={art.slant} y2="1">
          <stop offset="0" stopColor={art.colours[0]} />
          <stop offset="1" stopColor={art.colours[1]} />
        </linearGradient>
      </defs>
      <rect width="300" height="400" fill={`url(#${gradient})`} />
      <Shapes art={art} />
    </svg>
  );
}

function Shapes({ art }: { readonly art: PosterArt }) {
  return art.shapes.map((shape, index) =>
    shape.kind === 'circle' ? (
      <circle
        key={index}
        cx={shape.x}
        cy={shape.y}
        r={shape.size}
        fill={shape.isRing ? 'none' : art.colours[shape.colour]}
        stroke={shape.isRing ? art.colours[shape.colour] : 'none'}
        strokeWidth={shape.isRing ? 3 : 0}
        opacity={shape.opacity}
      />
    ) : (
      <path
        key={index}
        d={shape.path}
        fill="none"
        stroke={art.colours[shape.colour]}
        strokeWidth={shape.size}
        strokeLinecap="round"
        opacity={shape.opacity}
      />
    ),
  );
}
