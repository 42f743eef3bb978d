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
  readonly artist: string;
  readonly category: string;
  readonly description: string;
};

export const NEW_CONCERT: ConcertDraft = { title: '', artist: '', category: 'concert', description: '' };

export function concertDraftOf({ title, artist, category, description }: Answer<'getConcert'>): ConcertDraft {
  return { title, artist, category, description };
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
        label={text('artist')}
        required
        maxLength={200}
        value={draft.artist}
        onChange={({ target }) => onChange({ ...draft, artist: target.value })}
        error={missing(draft.artist)}
      />
      <Select
        label={text('category')}
        value={draft.category}
        options={categories.map((category) => ({ value: category, label: categoryName(shopText, category) }))}
        onChange={(category) => onChange({ ...draft, category })}
      />
      <TextArea
        label={text('description')}
        rows={6}
        maxLength={10_000}
        value={draft.description}
        onChange={({ target }) => onChange({ ...draft, description: target.value })}
      />
      {children}
      <p>
        <ActionButton className="button" type="submit" isBusy={isBusy}>
          {text('save')}
        </ActionButton>
      </p>
    </form>
  );
}
