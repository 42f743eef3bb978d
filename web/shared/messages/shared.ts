import { createUseText, type Messages } from '../i18n/use-text.ts';

const ko = {
  tryAgain: '다시 시도',
  loading: '불러오는 중',
  more: '더 보기',
  skipToContent: '본문으로 건너뛰기',
  otherLanguage: 'English',
  mainNavigation: '주 메뉴',
  signIn: '로그인',
  signUp: '회원가입',
  signOut: '로그아웃',
  email: '이메일',
  password: '비밀번호',
  passwordHint: '8자 이상',
  passwordTooShort: '비밀번호는 8자 이상이어야 합니다.',
  emailInvalid: '이메일 주소를 확인해 주세요.',
  name: '이름',
  nameMissing: '이름을 입력해 주세요.',
  noAccountYet: '아직 계정이 없으신가요?',
  haveAccount: '이미 계정이 있으신가요?',
  signInFirst: '계속하려면 로그인해 주세요.',
  pageNotFound: '페이지를 찾을 수 없습니다',
  toStart: '처음으로',
  liveConnecting: '연결 중',
  liveOn: '실시간',
  liveLost: '연결이 끊겼습니다. 다시 연결하는 중입니다.',
  liveEnded: '종료됨',
  crashed: '화면을 그리지 못했습니다.',
  reload: '새로고침',
} as const;

type Key = keyof typeof ko;

const en: Readonly<Record<Key, string>> = {
  tryAgain: 'Try again',
  loading: 'Loading',
  more: 'Show more',
  skipToContent: 'Skip to content',
  otherLanguage: '한국어',
  mainNavigation: 'Main',
  signIn: 'Sign in',
  signUp: 'Sign up',
  signOut: 'Sign out',
  email: 'E-mail',
  password: 'Password',
  passwordHint: 'At least 8 characters',
  passwordTooShort: 'The password needs at least 8 characters.',
  emailInvalid: 'Please check the e-mail address.',
  name: 'Name',
  nameMissing: 'Please enter your name.',
  noAccountYet: 'No account yet?',
  haveAccount: 'Already have an account?',
  signInFirst: 'Please sign in to go on.',
  pageNotFound: 'Page not found',
  toStart: 'To the start',
  liveConnecting: 'Connecting',
  liveOn: 'Live',
  liveLost: 'The connection is lost. Connecting again.',
  liveEnded: 'Ended',
  crashed: 'This page could not be drawn.',
  reload: 'Reload',
};

/** @public found by web/messages.test.ts */
export const sharedMessages: Messages<Key> = { ko, en };
export const useSharedText = createUseText(sharedMessages);
