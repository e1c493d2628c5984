import { Link } from '@tanstack/react-router';
import { EmptyState } from '../ui/states.tsx';
import { words } from '../words/words.ts';

export function NotFoundPage() {
  return (
    <main style={{ flex: 1 }}>
      <EmptyState title={words.problem.notFound} text={words.problem.notFoundText}>
        <Link to="/" style={{ color: 'var(--accent)' }}>
          {words.problem.toInbox}
        </Link>
      </EmptyState>
    </main>
  );
}
