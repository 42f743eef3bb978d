import { type FormEvent, type ReactNode, useState } from 'react';
import type { Answer } from '../../shared/api/call.ts';
import { Field } from '../../shared/ui/field.tsx';
import { CATEGORIES } from '../../tickets/concerts/concert-filter.ts';
import { categoryName, useShopText } from '../../tickets/messages/shop.ts';
import { ActionButton } from '../forms/action-button.tsx';
import { Select } from '../forms/select.tsx';
import { TextArea } from '../forms/text-area.tsx';
import { useSellerText } from '../messages/seller.ts';

export type ConcertDraft = {
  readonly title: string;
  readonly titleEn: string;
  readonly artist: string;
  readonly artistEn: string;
  readonly category: string;
  readonly description: string;
  readonly descriptionEn: string;
};

export const NEW_CONCERT: ConcertDraft = {
  title: '',
  titleEn: '',
  artist: '',
  artistEn: '',
  category: 'concert',
  description: '',
  descriptionEn: '',
};

export function concertDraftOf(concert: Answer<'getConcert'>): ConcertDraft {
  const { title, artist, category, description } = concert;
  return {
    title,
    titleEn: concert.titleEn ?? '',
    artist,
    artistEn: concert.artistEn ?? '',
    category,
    description,
    descriptionEn: concert.descriptionEn ?? '',
  };
}

/** Fields that may be left empty. */
const IN_ENGLISH = ['titleEn', 'artistEn', 'descriptionEn'] as const;
type InEnglish = (typeof IN_ENGLISH)[number];

/** What the API takes: an English text that is left empty is none. */
export function concertBodyOf<T extends Partial<ConcertDraft>>(
  draft: T,
): Omit<T, InEnglish> & { readonly [Name in InEnglish]?: string | null } {
  const english = IN_ENGLISH.flatMap((name) => {
    const text = draft[name];
    return text === undefined ? [] : [[name, text.trim() === '' ? null : text] as const];
  });
  return { ...draft, ...Object.fromEntries(english) };
}

type ConcertFormProps = {
  readonly draft: ConcertDraft;
  readonly onChange: (draft: ConcertDraft) => void;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
  /** What has become of it, shown above the button. */
  readonly children: ReactNode;
};

/** What is said of a concert. */
export function ConcertForm({ draft, onChange, isBusy, onSubmit, children }: ConcertFormProps) {
  const text = useSellerText();
  const shopText = useShopText();
  const [isChecked, setChecked] = useState(false);
  const missing = (value: string) => (isChecked && value.trim() === '' ? text('textMissing') : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (draft.title.trim() !== '' && draft.artist.trim() !== '') onSubmit();
  };
  // A category that this page does not know stays what it is.
  const categories = [...new Set([...CATEGORIES, draft.category])];
  return (
    <form className="card form" onSubmit={submit} noValidate>
      <Field
        label={text('title')}
        required
        maxLength={200}
        value={draft.title}
        onChange={({ target }) => onChange({ ...draft, title: target.value })}
        error={missing(draft.title)}
      />
      <Field
        label={text('titleEn')}
        hint={text('englishHint')}
        maxLength={200}
        value={draft.titleEn}
        onChange={({ target }) => onChange({ ...draft, titleEn: target.value })}
      />
      <Field
        label={text('artist')}
        required
        maxLength={200}
        value={draft.artist}
        onChange={({ target }) => onChange({ ...draft, artist: target.value })}
        error={missing(draft.artist)}
      />
      <Field
        label={text('artistEn')}
        maxLength={200}
        value={draft.artistEn}
        onChange={({ target }) => onChange({ ...draft, artistEn: target.value })}
      />
      <Select
        label={text('category')}
        value={draft.category}
        options={categories.map((category) => ({ value: category, label: categoryName(shopText, category) }))}
        onChange={(category) => onChange({ ...draft, category })}
      />
      <Descriptions draft={draft} onChange={onChange} />
      {children}
      <p>
        <ActionButton className="button" type="submit" isBusy={isBusy}>
          {text('save')}
        </ActionButton>
      </p>
    </form>
  );
}

/** What is said of it at length, in both languages. */
function Descriptions({ draft, onChange }: Pick<ConcertFormProps, 'draft' | 'onChange'>) {
  const text = useSellerText();
  return (['description', 'descriptionEn'] as const).map((name) => (
    <TextArea
      key={name}
      label={text(name)}
      rows={6}
      maxLength={10_000}
      value={draft[name]}
      onChange={({ target }) => onChange({ ...draft, [name]: target.value })}
    />
  ));
}
