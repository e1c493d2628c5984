import { execFileSync } from 'node:child_process';

const everyMs = 500;

/**
 * Calls `stop` when the npm that runs this script has ended without passing a signal on: it was killed, or there
 * are no signals (Windows). Does nothing if the script was not started by npm.
 */
export function stopWithNpm(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  // On Windows a shell is between npm and this script; elsewhere `exec` in package.json has replaced it.
  const watched = process.platform === 'win32' ? [parent, parentOnWindows(parent)] : [parent];
  const timer = setInterval(() => {
    // Except on Windows, whoever loses its parent gets another one.
    if (process.ppid === parent && watched.every(isRunning)) return;
    clearInterval(timer);
    stop();
  }, everyMs);
  timer.unref();
}

/** The process id of the parent of a process. */
function parentOnWindows(pid) {
  const query = `(Get-CimInstance Win32_Process -Filter ProcessId=${pid}).ParentProcessId`;
  return Number(execFileSync('powershell', ['-NoProfile', '-Command', query], { encoding: 'utf8' }));
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
