import { z } from 'zod';
import { type FilePath, maxPathLength } from '../../conversations/attached-message.ts';

/** A file in an attached message: its index, or the indexes of the messages around it and its own, as `0.2`. Empty: the attachment itself. */
export const filePath = z
  .string()
  .regex(new RegExp(`^(\\d{1,3}(\\.\\d{1,3}){0,${maxPathLength - 1}})?$`))
  .default('');

export function toFilePath(path: string): FilePath {
  return path === '' ? [] : path.split('.').map(Number);
}
