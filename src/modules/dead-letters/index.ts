export { deadLetterEvents, deadLetterProblems } from './contract.ts';
export { createDeadLetterModule, type DeadLetterModule } from './module.ts';
export type {
  DeadLetters,
  Letter,
  LetterGroup,
  LetterInPlace,
  NewDiscard,
  NewRedrive,
  Redrive,
  RedriveStep,
  RedriveWork,
  Selection,
  StepResult,
} from './ports.ts';
export type { RedriveTarget } from './redriver.ts';
