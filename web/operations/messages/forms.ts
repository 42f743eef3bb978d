import { createUseText, type Messages } from '../../shared/i18n/use-text.ts';

/** What forms say of what others did meanwhile. */
const ko = {
  changedMeanwhile: '작성하는 동안 다른 사람이 내용을 바꿨습니다.',
  theirs: '{label}: 지금은 “{theirs}”',
  both: '{label}: 지금은 “{theirs}”, 내가 쓴 것은 “{own}”',
  saveKeepsYours: '저장하면 내가 고친 항목만 바뀌고, 나머지는 지금 그대로 남습니다.',
  takeTheirs: '내가 고친 것 버리기',
  saved: '저장되었습니다.',
  nothing: '없음',
  yes: '예',
  no: '아니요',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  changedMeanwhile: 'Somebody else has changed this while you were writing.',
  theirs: '{label}: now “{theirs}”',
  both: '{label}: now “{theirs}”, yours is “{own}”',
  saveKeepsYours: 'Saving changes only what you changed here; the rest stays as it is now.',
  takeTheirs: 'Drop my changes',
  saved: 'Saved.',
  nothing: 'nothing',
  yes: 'yes',
  no: 'no',
};

/** @public found by web/messages.test.ts */
export const formMessages: Messages<Key> = { ko, en };
export const useFormText = createUseText(formMessages);
