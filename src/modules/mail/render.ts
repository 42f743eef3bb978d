import type { Letter } from './letter.ts';

/** A letter as people read it without pictures and styles. */
export function toText(letter: Letter): string {
  const { greeting, lead, title, facts, links, notes, footer } = letter;
  const blocks = [
    greeting,
    lead,
    ...(title === undefined ? [] : [title]),
    facts.map(([label, value]) => `${label}: ${value.replaceAll('\n', ', ')}`).join('\n'),
    links.map(({ label, url }) => `${label}\n${url}`).join('\n\n'),
    ...notes,
    `-- \n${footer}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const FONT =
  "-apple-system,BlinkMacSystemFont,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR','Noto Sans CJK KR','Segoe UI',Roboto,Arial,sans-serif";
/** As the pages have them in the light (web/shared/style/tokens.css). */
const INK = '#17141f';
const INK_2 = '#565064';
const LINE = '#dcd8e6';
const BRAND = '#5a35e8';

/**
 * A letter as a mail program shows it: tables and styles of its own elements, which is all that every one of them knows
 * (https://www.caniemail.com). No picture, no script, nothing to load: opening it tells nobody.
 */
export function toHtml(letter: Letter): string {
  const { language, subject, greeting, lead, title, facts, links, notes, footer } = letter;
  const [action, ...others] = links;
  const parts = [
    paragraph(greeting),
    paragraph(lead),
    title === undefined
      ? ''
      : `<h1 style="margin:24px 0 12px;font-size:22px;line-height:1.3;color:${INK}">${escape(title)}</h1>`,
    facts.length === 0
      ? ''
      : `<table role="presentation" cellpadding="0" cellspacing="0" width="100%" style="border-collapse:collapse">${facts.map(row).join('')}</table>`,
    action === undefined ? '' : button(action),
    others.map(link).join(''),
    notes
      .map((note) => `<p style="margin:12px 0 0;color:${INK_2};font-size:14px">${escape(note)}</p>`)
      .join(''),
  ];
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(subject)}</title></head>
<body style="margin:0;padding:0;background:#f7f6f9">
<table role="presentation" cellpadding="0" cellspacing="0" width="100%" style="background:#f7f6f9"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" cellpadding="0" cellspacing="0" width="100%" style="max-width:560px;background:#ffffff;border:1px solid ${LINE};border-radius:14px"><tr><td style="padding:28px 28px 24px;font-family:${FONT};font-size:16px;line-height:1.6;color:${INK};word-break:keep-all;overflow-wrap:anywhere">
<p style="margin:0 0 20px;font-size:18px;font-weight:800;letter-spacing:-0.02em;color:${BRAND}">firstcome</p>
${parts.filter((part) => part !== '').join('\n')}
<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid ${LINE};color:${INK_2};font-size:13px">${escape(footer)}</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

function paragraph(text: string): string {
  return `<p style="margin:0 0 12px">${escape(text)}</p>`;
}

function row([label, value]: Letter['facts'][number]): string {
  const cell = `padding:8px 0;border-top:1px solid ${LINE};vertical-align:top`;
  const lines = value.split('\n').map(escape).join('<br>');
  return `<tr><th align="left" style="${cell};width:112px;padding-right:12px;color:${INK_2};font-weight:400">${escape(label)}</th><td style="${cell}">${lines}</td></tr>`;
}

function button({ label, url }: Letter['links'][number]): string {
  return `<p style="margin:24px 0 16px"><a href="${escape(url)}" style="display:inline-block;padding:12px 22px;border-radius:999px;background:${BRAND};color:#ffffff;font-weight:700;text-decoration:none">${escape(label)}</a></p>`;
}

function link({ label, url }: Letter['links'][number]): string {
  return `<p style="margin:0 0 6px;font-size:15px"><a href="${escape(url)}" style="color:${BRAND}">${escape(label)}</a></p>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
