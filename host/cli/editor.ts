import { spawn } from 'node:child_process'

/** Runs an editor, as a shell would run its command, on a file, and resolves with its exit code; 127 when it cannot be run. */
export function runEditor(editor: string, file: string): Promise<number> {
  return new Promise((resolve) => {
    // The command may have options, such as `code --wait`.
    const child = spawn('/bin/sh', ['-c', `${editor} "$1"`, 'claimd', file], { stdio: 'inherit' })
    child.once('error', () => resolve(127))
    child.once('close', (code) => resolve(code ?? 1))
  })
}
