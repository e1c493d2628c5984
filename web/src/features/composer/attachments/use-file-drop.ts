import { useEffect, useEffectEvent, useState } from 'react';
import { carriesFiles } from '../../../ui/file-drag.ts';
import { type DroppedFiles, droppedFiles } from './dropped-files.ts';

/**
 * Receives files dropped anywhere on the page while it is mounted and shown, unless something else takes them; true while
 * files are dragged over the page. Dropped beside an open composer they are meant for it.
 */
export function useFileDrop(onDropped: (dropped: DroppedFiles) => void, isShown = () => true): boolean {
  const [isOver, setIsOver] = useState(false);
  const receive = useEffectEvent(onDropped);
  const takesFiles = useEffectEvent((event: DragEvent) => isShown() && carriesFiles(event));
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!takesFiles(event)) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => {
      // Null where the pointer leaves the window.
      if (relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      setIsOver(false);
      if (!takesFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      receive(droppedFiles(event.dataTransfer));
    };
    // The editor takes what is dropped on it and stops the event; the mark goes all the same.
    const end = () => setIsOver(false);
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', end, true);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', end, true);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return isOver;
}
