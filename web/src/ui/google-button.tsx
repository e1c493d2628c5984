import { type ReactNode, useEffect, useRef } from 'react';
import styles from './google-button.module.css';

/** The arcs of the G, in degrees clockwise from the right, with Google's colours. */
const arcs = [
  { from: 0, to: 45, color: '#4285f4' },
  { from: 45, to: 150, color: '#34a853' },
  { from: 150, to: 210, color: '#fbbc05' },
  { from: 210, to: 318, color: '#ea4335' },
];

/** The sign-in button that Google requires (developers.google.com/identity/branding-guidelines). */
export function GoogleButton({
  onClick,
  focus = false,
  isPending = false,
  fullWidth = false,
  children,
}: {
  onClick(): void;
  /** Focuses the button when it replaces the element that had the focus. */
  focus?: boolean;
  /** What it began is under way: another click does nothing. */
  isPending?: boolean;
  fullWidth?: boolean;
  children: ReactNode;
}) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focus) button.current?.focus();
  }, [focus]);
  return (
    <button
      ref={button}
      type="button"
      className={styles.google}
      data-full-width={fullWidth || undefined}
      aria-busy={isPending || undefined}
      onClick={() => !isPending && onClick()}
    >
      <svg width="18" height="18" viewBox="-9 -9 18 18" aria-hidden="true" className={styles.mark}>
        {arcs.map(({ from, to, color }) => (
          <path
            key={color}
            d={`M${pointAt(from)}A7.2 7.2 0 0 1 ${pointAt(to)}`}
            stroke={color}
            strokeWidth="3.4"
            fill="none"
          />
        ))}
        <path d="M0 0H7.2" stroke="#4285f4" strokeWidth="3.4" fill="none" />
      </svg>
      <span>{children}</span>
    </button>
  );
}

function pointAt(degrees: number): string {
  const angle = (degrees * Math.PI) / 180;
  return `${(7.2 * Math.cos(angle)).toFixed(2)} ${(7.2 * Math.sin(angle)).toFixed(2)}`;
}
