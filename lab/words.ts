/** A text in the languages of the report. */
export type Words = { readonly en: string; readonly ko: string };
