export function Logo() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#5b3df5" />
      <path d="M10 7h13v4.5h-8.2V15h7v4.4h-7V25H10z" fill="#fff" />
      <circle cx="23" cy="22.5" r="2.8" fill="#ffd166" />
    </svg>
  );
}
