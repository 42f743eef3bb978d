import { type FormEvent, useState } from 'react';
import { Field } from '../../shared/ui/field.tsx';
import { ProblemNotice } from '../../shared/ui/problem-notice.tsx';
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

type ConcertFormProps = {
  readonly concert?: ConcertDraft;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onSubmit: (draft: ConcertDraft) => void;
};

const NOTHING: ConcertDraft = { title: '', artist: '', category: 'concert', description: '' };

/** What is said of a concert. */
export function ConcertForm({ concert = NOTHING, isBusy, error, onSubmit }: ConcertFormProps) {
  const text = useSellerText();
  const shopText = useShopText();
  const [draft, setDraft] = useState<ConcertDraft>(() => ({
    title: concert.title,
    artist: concert.artist,
    category: concert.category,
    description: concert.description,
  }));
  const [isChecked, setChecked] = useState(false);
  const missing = (value: string) => (isChecked && value.trim() === '' ? text('textMissing') : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (draft.title.trim() !== '' && draft.artist.trim() !== '') onSubmit(draft);
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
        onChange={({ target }) => setDraft({ ...draft, title: target.value })}
        error={missing(draft.title)}
      />
      <Field
        label={text('artist')}
        required
        maxLength={200}
        value={draft.artist}
        onChange={({ target }) => setDraft({ ...draft, artist: target.value })}
        error={missing(draft.artist)}
      />
      <Select
        label={text('category')}
        value={draft.category}
        options={categories.map((category) => ({ value: category, label: categoryName(shopText, category) }))}
        onChange={(category) => setDraft({ ...draft, category })}
      />
      <TextArea
        label={text('description')}
        rows={6}
        maxLength={10_000}
        value={draft.description}
        onChange={({ target }) => setDraft({ ...draft, description: target.value })}
      />
      {error !== null && <ProblemNotice error={error} />}
      <p>
        <ActionButton className="button" type="submit" isBusy={isBusy}>
          {text('save')}
        </ActionButton>
      </p>
    </form>
  );
}
