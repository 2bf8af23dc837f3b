/** The mark: a call that reaches three places. */
export function Logo() {
  return (
    <svg class="logo" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect width="64" height="64" rx="16" />
      <path d="M16 20a6 6 0 016-6h20a6 6 0 016 6v16a6 6 0 01-6 6H30l-9 8v-8a6 6 0 01-5-6z" />
      <circle cx="24.500" cy="28" r="3" />
      <circle cx="32" cy="28" r="3" />
      <circle cx="39.500" cy="28" r="3" />
    </svg>
  );
}
